/// Why an address can't be listened on, as a sentence for the operator.
public struct BindError: Error, Equatable, CustomStringConvertible {
    public let address: ListenAddress
    public let errno: CInt
    public let description: String
}
