/// One mechanism's half of an exchange; ``SASLExchange`` sees to the order of calls.
protocol SASLDialogue: Sendable {
    /// Whether AUTH may carry a first response of the client: RFC 4954 §4.
    var takesInitialResponse: Bool { get }

    /// What the server says when the client gave nothing along with AUTH; no bytes where the client speaks first.
    mutating func opening() throws(SASLExchange.Failure) -> [UInt8]

    mutating func receive(_ response: [UInt8]) throws(SASLExchange.Failure) -> SASLExchange.Step

    mutating func answer(_ answer: SASLExchange.Answer) throws(SASLExchange.Failure) -> SASLExchange.Step

    /// Why it ends when the client cancels.
    var cancellation: SASLExchange.Failure { get }
}

extension SASLDialogue {
    var takesInitialResponse: Bool { true }
    mutating func opening() throws(SASLExchange.Failure) -> [UInt8] { [] }
    var cancellation: SASLExchange.Failure { .cancelled }
}

extension SASLExchange.Failure {
    static var wrongPassword: Self { .credentials("wrong user or password") }
    static var pluginUnavailable: Self { .unavailable("the plugins can't tell now") }
    /// A plugin took one question for another.
    static var oddAnswer: Self { .unavailable("a plugin gave an answer that doesn't fit the question") }
}
