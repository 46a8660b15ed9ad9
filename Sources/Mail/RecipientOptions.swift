/// What a client asks for one recipient with the parameters of RCPT: RFC 3461.
public struct RecipientOptions: Sendable, Equatable {
    /// NOTIFY=, of what the sender wants to hear; the empty set is NEVER. RFC 3461 §4.1
    public struct Notice: OptionSet, Sendable {
        public let rawValue: UInt8

        public init(rawValue: UInt8) { self.rawValue = rawValue }

        public static let success = Notice(rawValue: 1)
        public static let failure = Notice(rawValue: 2)
        public static let delay = Notice(rawValue: 4)
    }

    /// ORCPT=, the address that the sender gave in the beginning: RFC 3461 §4.2.
    public struct OriginalRecipient: Sendable, Equatable {
        /// "rfc822", "utf-8" or another, in lower case.
        public var type: String
        /// xtext decoded; no control characters.
        public var address: String

        public init(type: String, address: String) {
            self.type = type
            self.address = address
        }
    }

    /// nil without the parameter: failures, and delays as the server sees fit.
    public var notice: Notice?
    public var originalRecipient: OriginalRecipient?

    public init() {}

    /// Options that are seldom there: they lie apart, so that what may hold them stays small.
    package indirect enum Box: Sendable, Equatable {
        case nothing
        case some(RecipientOptions)

        package init(_ options: RecipientOptions?) { self = options.map(Self.some) ?? .nothing }

        package var options: RecipientOptions? {
            switch self {
            case .nothing: nil
            case .some(let options): options
            }
        }
    }
}
