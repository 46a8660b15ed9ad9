/// Where a setting was read: what an administrator opens to change it.
public struct Origin: Hashable, Sendable {
    /// The file as it is shown: "config/smtp.ini".
    public let path: String
    /// From 1; 0 when the whole file is meant.
    public let line: Int
    /// Whether it is a default that came with the server or a plugin, not the administrator's own.
    public let isShipped: Bool

    public init(path: String, line: Int, isShipped: Bool = false) {
        self.path = path
        self.line = line
        self.isShipped = isShipped
    }
}
