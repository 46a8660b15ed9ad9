/// Why the server doesn't do what a plugin asks for.
public enum ServiceFault: Error, Sendable, Equatable {
    /// What it takes isn't there yet.
    case notReady
    /// What was asked for makes no sense.
    case invalid
    case notFound
    /// It was tried, and the reason is in the log.
    case failed
    /// The plugin's generation has ended meanwhile.
    case ended
}
