/// Why a delivery stopped although nothing failed: the server has given the client an answer already.
struct AnswerUnwanted: Error {}
