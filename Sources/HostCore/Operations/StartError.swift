/// Why a command can't do what it was asked for: sentences for the administrator.
public struct StartError: Error, Equatable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) { self.description = description }
}
