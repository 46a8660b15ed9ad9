import Glibc

/// A signal that an operator or a supervisor sends.
public struct Signal: Hashable, Sendable, CustomStringConvertible {
    public let number: Int32

    public init(number: Int32) {
        self.number = number
    }

    public static let hangup = Signal(number: SIGHUP)
    public static let interrupt = Signal(number: SIGINT)
    public static let terminate = Signal(number: SIGTERM)
    public static let user1 = Signal(number: SIGUSR1)
    public static let user2 = Signal(number: SIGUSR2)

    public var description: String {
        switch self {
        case .hangup: "SIGHUP"
        case .interrupt: "SIGINT"
        case .terminate: "SIGTERM"
        case .user1: "SIGUSR1"
        case .user2: "SIGUSR2"
        default: "signal \(number)"
        }
    }

    /// Sends it to the process of that number.
    public func send(to process: Int32) throws(SystemError) {
        try SystemCall.retrying("kill", "\(process)") { kill(process, number) }
    }
}
