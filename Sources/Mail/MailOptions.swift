/// What a client asks of a message's delivery with the parameters of MAIL; most ask for nothing.
public struct MailOptions: Sendable, Equatable {
    /// RET=, how much of the message a report of failure brings back: RFC 3461 §4.3.
    public enum ReturnedContent: Sendable, Equatable {
        case full, headers
    }

    /// HOLDFOR= or HOLDUNTIL=, when delivery may begin: RFC 4865 §4.
    public enum Hold: Sendable, Equatable {
        /// So many seconds from now.
        case seconds(UInt32)
        /// Since 1970-01-01 00:00 UTC.
        case until(secondsSinceEpoch: Int64)
    }

    /// BY=, when delivery must be done: RFC 2852 §4.
    public struct Deadline: Sendable, Equatable {
        public enum Mode: Sendable, Equatable {
            /// R: a message that is late comes back.
            case giveBack
            /// N: the sender is told, the message goes on.
            case tell
        }

        /// Seconds from now; 0 or less only with ``Mode/tell``, where it says that the message is late already.
        public var seconds: Int32
        public var mode: Mode
        /// T: each hop is to report.
        public var traces: Bool

        public init(seconds: Int32, mode: Mode, traces: Bool = false) {
            self.seconds = seconds
            self.mode = mode
            self.traces = traces
        }
    }

    public var returnedContent: ReturnedContent?
    /// ENVID=, xtext decoded, printable ASCII, at most 100 characters encoded: RFC 3461 §4.4.
    public var envelopeID: String?
    /// AUTH=, who submitted the message: RFC 4954 §5.
    ///
    /// The null path when nobody says so who may be trusted; nil without the parameter.
    public var submitter: Address?
    /// REQUIRETLS: no hop without verified TLS. RFC 8689
    public var requiresTLS = false
    public var hold: Hold?
    public var deadline: Deadline?
    /// MT-PRIORITY=, -9 to 9: RFC 6710.
    public var priority: Int8?

    public init() {}

    /// Options that are seldom there: they lie apart, so that what may hold them stays small.
    package indirect enum Box: Sendable, Equatable {
        case nothing
        case some(MailOptions)

        package init(_ options: MailOptions?) { self = options.map(Self.some) ?? .nothing }

        package var options: MailOptions? {
            switch self {
            case .nothing: nil
            case .some(let options): options
            }
        }
    }
}
