/// Networks whose hosts are treated alike, such as the proxies that are believed.
public struct NetworkList: Sendable, Hashable {
    public let networks: [Network]

    public init(_ networks: [Network] = []) { self.networks = networks }

    /// Reads each text as a network.
    public init(_ texts: [String]) throws(Network.Malformed) {
        var networks: [Network] = []
        for text in texts { networks.append(try Network(text)) }
        self.networks = networks
    }

    public var isEmpty: Bool { networks.isEmpty }

    public func contains(_ address: IPAddress) -> Bool { networks.contains { $0.contains(address) } }
}
