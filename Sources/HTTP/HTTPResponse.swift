/// What a host has answered to a request.
public struct HTTPResponse: Sendable, Equatable {
    /// A field of its header.
    public struct Field: Sendable, Equatable {
        /// In small letters.
        public let name: String
        public let value: String
    }

    public let status: Int
    public let fields: [Field]
    public let body: [UInt8]

    /// The media type in small letters, without its parameters; nil where there isn't exactly one.
    public var mediaType: String? {
        let values = fields.filter { $0.name == "content-type" }.map(\.value)
        guard values.count == 1 else { return nil }
        let type = values[0].utf8.prefix { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: " ") && $0 != 0x09 }
        return String(Substring(type)).lowercased()
    }
}
