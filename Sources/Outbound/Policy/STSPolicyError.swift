/// Why a text is no policy of MTA-STS.
public struct STSPolicyError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Completes "the policy can't be used: ".
    public let reason: String

    init(_ reason: String) { self.reason = reason }

    public var description: String { "the policy can't be used: \(reason)" }
}
