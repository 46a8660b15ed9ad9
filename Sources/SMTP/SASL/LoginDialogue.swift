/// LOGIN: user, then password, as Outlook asks for them (draft-murchison-sasl-login-00).
struct LoginDialogue: SASLDialogue {
    private var user: String?

    mutating func opening() -> [UInt8] { Array("Username:".utf8) }

    mutating func receive(_ response: [UInt8]) throws(SASLExchange.Failure) -> SASLExchange.Step {
        guard let user else {
            self.user = try SASLName.read(response)
            return .challenge(Array("Password:".utf8))
        }
        return .ask(.verify(user: user, secret: try SASLSecret.read(response)))
    }

    mutating func answer(_ answer: SASLExchange.Answer) throws(SASLExchange.Failure) -> SASLExchange.Step {
        try SASLSecret.settle(answer, user ?? "")
    }
}
