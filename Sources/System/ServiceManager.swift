internal import Glibc

/// The service manager that has started this process, where it wants to be told how it goes: sd_notify(3) of systemd.
public struct ServiceManager: Sendable {
    /// What it is told.
    public enum News: Sendable, Equatable {
        /// All that was to be started is; in a few words, what that is.
        case ready(String)
        case reloading
        case stopping

        /// The lines of the datagram.
        var text: String {
            switch self {
            case .ready(let words): "READY=1\nSTATUS=\(words)\n"
            case .reloading: "RELOADING=1\nMONOTONIC_USEC=\(SystemTime.monotonicNanoseconds / 1000)\n"
            case .stopping: "STOPPING=1\n"
            }
        }
    }

    /// A path, or behind an @ an abstract name.
    private let socket: String

    /// Nil where `$NOTIFY_SOCKET` names none.
    public init?() {
        guard let name = Environment.value("NOTIFY_SOCKET"), name.hasPrefix("/") || name.hasPrefix("@") else {
            return nil
        }
        socket = name
    }

    /// Sends it and waits for nothing.
    ///
    /// - Throws: nobody is there to be told.
    public func tell(_ news: News) throws(SystemError) {
        let descriptor = try UnixAddress(socket).connect(SOCK_DGRAM, flags: Int32(SOCK_NONBLOCK.rawValue))
        try descriptor.writeAll(news.text)
    }
}
