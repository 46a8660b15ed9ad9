/// PLAIN: one message of authorization identity, user and password, RFC 4616 §2.
struct PlainDialogue: SASLDialogue {
    private var user = ""

    mutating func receive(_ response: [UInt8]) throws(SASLExchange.Failure) -> SASLExchange.Step {
        let parts = response.split(separator: 0, omittingEmptySubsequences: false)
        guard parts.count == 3 else { throw .malformed("PLAIN's message needs three parts") }
        user = try SASLName.read(parts[1])
        let secret = try SASLSecret.read(parts[2])
        let authorization = parts[0].isEmpty ? nil : try SASLName.read(parts[0])
        try SASLName.check(authorization: authorization, of: user)
        return .ask(.verify(user: user, secret: secret))
    }

    mutating func answer(_ answer: SASLExchange.Answer) throws(SASLExchange.Failure) -> SASLExchange.Step {
        try SASLSecret.settle(answer, user)
    }
}
