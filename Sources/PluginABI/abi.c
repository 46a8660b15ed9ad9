#include "haraka_plugin.h"
