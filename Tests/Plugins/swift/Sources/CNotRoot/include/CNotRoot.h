/* Nothing to call: the constructor is all. */
