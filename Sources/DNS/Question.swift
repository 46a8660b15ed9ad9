/// What is asked of DNS: a name and a type of record; the class is always IN.
public struct Question: Hashable, Sendable, CustomStringConvertible {
    public let name: Name
    public let type: RecordType

    public init(_ name: Name, _ type: RecordType) {
        self.name = name
        self.type = type
    }

    public var description: String { "\(name) \(type)" }
}
