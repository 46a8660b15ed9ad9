/// What a chain settled on.
public struct Outcome: Sendable, Equatable {
    /// CONT when nobody had an opinion.
    public var code: VerdictCode
    public var reply: Verdict.Words?
    /// The plugin that decided, by its number in the table; nil when nobody did.
    public var plugin: Int?
    /// Set when the verdict stands for a plugin that gave none.
    public var failure: Failure?
    /// The peer left, or a required hook took over, before anything was settled.
    public var isAbandoned = false

    public init(_ code: VerdictCode, _ reply: Verdict.Words? = nil, plugin: Int? = nil, failure: Failure? = nil) {
        self.code = code
        self.reply = reply
        self.plugin = plugin
        self.failure = failure
    }

    public static let nobody = Outcome(.cont)
    public static var abandoned: Outcome {
        var outcome = Outcome(.cont)
        outcome.isAbandoned = true
        return outcome
    }
}
