/// One mechanism's calling half; ``SASLClient`` writes it as SMTP has it.
protocol SASLClientDialogue: Sendable {
    /// What goes along with AUTH; nil where the server speaks first.
    var initialResponse: [UInt8]? { get }

    /// The response to a challenge; nil if nothing sensible can be said to it.
    mutating func respond(to challenge: [UInt8]) -> [UInt8]?

    /// Whether the server has shown what it must before its "yes" counts.
    var isSatisfied: Bool { get }
}

extension SASLClientDialogue {
    var isSatisfied: Bool { true }
}
