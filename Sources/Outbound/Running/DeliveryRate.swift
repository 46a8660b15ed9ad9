/// How many messages may go to a destination within which time.
public struct DeliveryRate: Sendable, Equatable {
    public let messages: Int
    public let interval: Duration

    public static let unlimited = DeliveryRate(messages: .max, interval: .seconds(1))

    public init(messages: Int, interval: Duration) {
        self.messages = messages
        self.interval = interval
    }

    /// Reads `10/s`, `100/m`, `5000/h`, from 1 to a million; `none` is no limit.
    ///
    /// nil where the text is no such thing.
    public init?(_ text: String) {
        guard text != "none" else {
            self = .unlimited
            return
        }
        let units: [String: Int] = ["s": 1, "m": 60, "h": 3600]
        let parts = text.unicodeScalars.split(separator: "/", omittingEmptySubsequences: false).map { String($0) }
        guard parts.count == 2, let unit = units[parts[1]], !parts[0].isEmpty,
            parts[0].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let messages = Int(parts[0]),
            (1...1_000_000).contains(messages)
        else { return nil }
        self.init(messages: messages, interval: .seconds(unit))
    }

    public var isLimited: Bool { messages != .max }
}
