/// An address to listen on, and how connections are treated there.
public struct Listener: Sendable, Hashable {
    public let address: ListenAddress
    public let options: ListenerOptions

    public init(_ address: ListenAddress, _ options: ListenerOptions = ListenerOptions()) {
        self.address = address
        self.options = options
    }
}
