import Glibc
import Testing

@testable import Wire

struct ConnectionLimitsTests {
    private static let refusal = "421 4.7.0 wire.example has enough\r\n"

    private static func reception(_ limits: ConnectionLimits) -> Reception {
        var reception = Reception()
        reception.limits = limits
        reception.refusal = Array(refusal.utf8)
        return reception
    }

    private static func greeter(_ made: Mark<Int>) -> @Sendable (Connection) -> Script {
        { _ in
            made.add(1)
            return Script(onOpened: { peer in
                peer.say("220 hello\r\n")
                peer.flush()
            })
        }
    }

    @Test(
        "Over a limit the refusal is sent and no driver is made, until somebody has gone",
        arguments: [ConnectionLimits(inAll: 2), ConnectionLimits(perAddress: 2)]
    )
    func limits(_ limits: ConnectionLimits) async throws {
        let made = Mark<Int>()
        let incidents = Mark<Incident>()
        let served = try Served(
            reception: Self.reception(limits),
            report: { incidents.add($0) },
            Self.greeter(made)
        )
        let first = try Client(port: served.port)
        #expect(try first.readLine() == "220 hello\r\n")
        do {
            let second = try Client(port: served.port)
            #expect(try second.readLine() == "220 hello\r\n")
            for _ in 0..<3 {
                let third = try Client(port: served.port)
                #expect(try third.readAll() == Array(Self.refusal.utf8))
            }
        }
        while served.listeners.connectionCount > 1 { usleep(100) }
        let fourth = try Client(port: served.port)
        #expect(try fourth.readLine() == "220 hello\r\n")
        #expect(made.values.count == 3)
        let isInAll = limits.inAll != nil
        let faults = await incidents.wait(for: 3).map(\.fault)
        #expect(faults == [WireFault](repeating: isInAll ? .tooManyConnections : .tooManyFromAddress, count: 3))
        let counters = served.listeners.counters
        #expect(counters.accepted == 3)
        #expect(counters.refusedInAll == (isInAll ? 3 : 0))
        #expect(counters.refusedPerAddress == (isInAll ? 0 : 3))
    }

    @Test("A changed limit is for the next connection")
    func changed() async throws {
        let served = try Served(reception: Self.reception(ConnectionLimits(inAll: 0)), Self.greeter(Mark()))
        let refused = try Client(port: served.port)
        #expect(try refused.readAll() == Array(Self.refusal.utf8))
        served.listeners.apply(Self.reception(ConnectionLimits()))
        let taken = try Client(port: served.port)
        #expect(try taken.readLine() == "220 hello\r\n")
        // It was not counted by its address, and goes without being missed.
        served.listeners.apply(Self.reception(ConnectionLimits(perAddress: 1)))
        let second = try Client(port: served.port)
        #expect(try second.readLine() == "220 hello\r\n")
    }

    @Test("Behind a proxy clients are counted by the address that it tells, IPv6 by /64")
    func behindProxy() throws {
        let made = Mark<Int>()
        var reception = Self.reception(ConnectionLimits(perAddress: 1))
        reception.proxies = try NetworkList(["127.0.0.1"])
        let served = try Served(ListenerOptions(takesProxyHeader: true), reception: reception, Self.greeter(made))
        let rows = [
            ("TCP4 192.0.2.7 198.51.100.1", true), ("TCP4 192.0.2.8 198.51.100.1", true),
            ("TCP4 192.0.2.7 198.51.100.1", false), ("TCP6 2001:db8::1 ::1", true),
            ("TCP6 2001:db8::ffff:1 ::1", false), ("TCP6 2001:db8:0:1::1 ::1", true),
            // The proxy's own, which counts where it tells none.
            ("UNKNOWN", true), ("UNKNOWN", false),
        ]
        let kept = Kept()
        for (text, isTaken) in rows {
            let client = try Client(port: served.port)
            try client.send("PROXY \(text)\(text == "UNKNOWN" ? "" : " 1 25")\r\n")
            #expect(try client.readLine() == (isTaken ? "220 hello\r\n" : Self.refusal), "\(text)")
            kept.keep(client)
        }
        #expect(made.values.count == 5)
        #expect(served.listeners.counters.refusedPerAddress == 3)
    }

    @Test("Where TLS comes first nothing is said in the clear")
    func implicitTLS() throws {
        let reception = Self.reception(ConnectionLimits(inAll: 0))
        let served = try Served(ListenerOptions(tls: .implicit), reception: reception, Self.greeter(Mark()))
        let client = try Client(port: served.port)
        #expect(try client.readAll() == [])
    }

    @Test("Under a storm of connections each one is counted and uncounted once")
    func storm() async throws {
        let served = try Served(reception: Self.reception(ConnectionLimits(perAddress: 5)), Self.greeter(Mark()))
        let port = served.port
        await withTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<50 { _ = try? Client(port: port).readLine() }
                }
            }
        }
        #expect(await served.listeners.awaitDrained(.seconds(10)))
        let counters = served.listeners.counters
        #expect(counters.accepted + counters.refusedPerAddress == 400)
        let kept = Kept()
        for _ in 0..<5 {
            let client = try Client(port: port)
            #expect(try client.readLine() == "220 hello\r\n")
            kept.keep(client)
        }
        #expect(try Client(port: port).readLine() == Self.refusal)
    }
}

/// Keeps clients open, which arrays can't hold.
private final class Kept {
    private let client: Client?
    private var next: Kept?

    init() { client = nil }

    private init(_ client: consuming Client, _ next: Kept?) {
        self.client = consume client
        self.next = next
    }

    func keep(_ client: consuming Client) { next = Kept(client, next) }
}
