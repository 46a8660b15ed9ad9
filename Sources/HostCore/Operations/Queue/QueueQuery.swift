internal import Queue

/// Which queued mail a command means, in the words of its options.
public struct QueueQuery: Sendable, Equatable {
    /// How it stands with a recipient, as commands say it.
    public enum State: String, CaseIterable, Sendable {
        case waiting, delivering, held, delivered, failed, deleted
    }

    /// The name of a message, or its number.
    public var message: String?
    /// `<>` is the null sender.
    public var sender: String?
    public var recipient: String?
    public var domain: String?
    public var state: State?
    /// Seconds that it has been queued for at least.
    public var age: Int?
    /// Words of the last reply.
    public var words: String?

    public init() {}

    /// Nothing was chosen.
    public var isEmpty: Bool { self == QueueQuery() }

    func filter(now: QueueTime) -> QueueFilter {
        var filter = QueueFilter()
        filter.message = message
        filter.sender = sender.map(Self.bare)
        filter.recipient = recipient.map(Self.bare)
        filter.destination = domain
        filter.state = state?.ofQueue
        filter.queuedBefore = age.map { now + .seconds(-$0) }
        filter.words = words
        return filter
    }

    private static func bare(_ path: String) -> String {
        path.hasPrefix("<") && path.hasSuffix(">") ? String(path.dropFirst().dropLast()) : path
    }

    /// Seconds of `90`, `90s`, `15m`, `2h` or `3d`; nil where it is none of these.
    public static func seconds(_ text: String) -> Int? {
        let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        let unit = text.last.flatMap { units[$0] }
        let digits = unit == nil ? text[...] : text.dropLast()
        // So many that no sum of them overflows.
        guard !digits.isEmpty, digits.utf8.count <= 9, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int(digits).map { $0 * (unit ?? 1) }
    }
}

extension QueueQuery.State {
    init(_ state: RecipientState) {
        self =
            switch state {
            case .waiting: .waiting
            case .leased: .delivering
            case .held: .held
            case .delivered: .delivered
            case .failed: .failed
            case .deleted: .deleted
            }
    }

    var ofQueue: RecipientState {
        switch self {
        case .waiting: .waiting
        case .delivering: .leased
        case .held: .held
        case .delivered: .delivered
        case .failed: .failed
        case .deleted: .deleted
        }
    }
}
