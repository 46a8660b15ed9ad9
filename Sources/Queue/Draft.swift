public import Mail
public import System

/// A message that is to be queued, with all that must be known to deliver it.
public struct Draft: Sendable {
    /// The text: header and body, CRLF line ends, no dots stuffed.
    public enum Text: Sendable {
        case bytes([UInt8])
        /// So many bytes, which are written into the file when they are asked for, on a thread that may wait.
        case file(count: Int, write: @Sendable (borrowing FileDescriptor) throws(SystemError) -> Void)

        public var count: Int {
            switch self {
            case .bytes(let bytes): bytes.count
            case .file(let count, _): count
            }
        }

        var isInMemory: Bool { if case .bytes = self { true } else { false } }
    }

    /// What the client was told, and the log says of it: "UUID.N".
    public var name: String
    /// Recipients that were dropped are left out.
    public var envelope: Envelope
    public var text: Text
    public var arrived: QueueTime
    /// Who brought it, in words for whoever asks about it.
    public var client: String
    /// What plugins have noted, as JSON.
    public var notes: String?
    /// Those whose sender learns from it that they wait for long: that is written down with it, so that it is told once.
    public var warned: [Int64] = []

    public init(
        name: String,
        envelope: Envelope,
        text: Text,
        arrived: QueueTime,
        client: String = "",
        notes: String? = nil
    ) {
        self.name = name
        self.envelope = envelope
        self.text = text
        self.arrived = arrived
        self.client = client
        self.notes = notes
    }
}
