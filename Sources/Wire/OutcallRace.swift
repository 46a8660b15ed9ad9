/// The addresses of one host, found elsewhere, of which the first to connect is taken: RFC 8305.
public struct OutcallRace: Sendable, Hashable {
    /// The best ones of each family first; the families take turns, IPv6 begins (RFC 8305 §4).
    public var addresses: [OutcallAddress]
    /// Our own addresses to call from, the first of each family counts; empty leaves the choice to the kernel.
    ///
    /// An address of a family that has none here isn't called.
    public var sources: [IPAddress]
    /// How long one address may take to connect, within the outcall's whole time; nil leaves it all of that.
    public var addressTimeout: Duration?
    /// How long after one address the next is called too: RFC 8305 §5.
    public var stagger: Duration

    public init(
        _ addresses: [OutcallAddress],
        sources: [IPAddress] = [],
        addressTimeout: Duration? = nil,
        stagger: Duration = .milliseconds(250)
    ) {
        self.addresses = addresses
        self.sources = sources
        self.addressTimeout = addressTimeout
        self.stagger = stagger
    }

    /// IPv6 and IPv4 by turns.
    var inTurns: [OutcallAddress] {
        var (six, four) = (addresses.filter { !$0.address.isV4 }[...], addresses.filter(\.address.isV4)[...])
        var ordered: [OutcallAddress] = []
        while !six.isEmpty || !four.isEmpty {
            if let next = six.popFirst() { ordered.append(next) }
            if let next = four.popFirst() { ordered.append(next) }
        }
        return ordered
    }

    func source(for address: IPAddress) -> IPAddress? { sources.first { $0.isV4 == address.isV4 } }
}
