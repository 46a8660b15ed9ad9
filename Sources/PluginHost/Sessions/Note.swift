/// What a plugin has noted about a session or a transaction.
public struct Note: Sendable, Equatable {
    public enum Value: Sendable, Equatable {
        case boolean(Bool)
        case integer(Int64)
        case unsigned(UInt64)
        case real(Double)
        /// UTF-8.
        case text([UInt8])
        case bytes([UInt8])
    }

    public var key: String
    public var value: Value

    public init(_ key: String, _ value: Value) {
        self.key = key
        self.value = value
    }
}
