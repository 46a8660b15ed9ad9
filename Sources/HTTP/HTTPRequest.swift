/// One request, on a connection of its own.
public struct HTTPRequest: Sendable, Equatable {
    /// What is sent along, and as what: then it is a POST, else a GET.
    public struct Content: Sendable, Equatable {
        public let type: String
        public let bytes: [UInt8]

        public init(type: String, bytes: [UInt8]) { (self.type, self.bytes) = (type, bytes) }
    }

    public let address: HTTPSAddress
    public let content: Content?

    public init(_ address: HTTPSAddress, posting content: Content? = nil) {
        (self.address, self.content) = (address, content)
    }

    /// RFC 9112 §3; the connection is of no use behind it, and no content coding is understood.
    var bytes: [UInt8] {
        var lines = [
            "\(content == nil ? "GET" : "POST") \(address.path) HTTP/1.1", "Host: \(address.authority)",
            "User-Agent: haraka", "Accept-Encoding: identity", "Connection: close",
        ]
        if let content {
            lines += ["Content-Type: \(content.type)", "Content-Length: \(content.bytes.count)"]
        }
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + (content?.bytes ?? [])
    }
}
