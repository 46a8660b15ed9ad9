import Foundation
import Mail
import Outbound
import SMTP
import Support
import TLS
import Wire

/// A host that listens, and the dialer that calls it; both end with the test.
final class Street {
    let listeners: Listeners
    let port: UInt16
    let path: String?
    let log = HostLog()

    init<D: Driver & SendableMetatype>(
        on address: String = "127.0.0.1:0",
        _ options: ListenerOptions = ListenerOptions(),
        _ driver: @escaping @Sendable (HostLog) -> D
    ) throws where D.Peer == Connection {
        listeners = Listeners(loops: 2)
        let log = log
        do {
            let bound = try listeners.bind([Listener(ListenAddress(address), options)])
            listeners.apply(try Certificates.reception())
            try listeners.accept { _ in driver(log) }
            if case .tcp(_, let port) = bound[0].actual { self.port = port } else { port = 0 }
            path = address.hasPrefix("/") ? address : nil
        } catch {
            listeners.shutdown()
            throw error
        }
        var settings = TLSClientSettings()
        settings.trust = .authorities(file: "\(Certificates.folder)/one.pem")
        listeners.dialer.apply(settings)
    }

    /// A host that speaks as our own server does.
    convenience init(
        _ address: String = "127.0.0.1:0",
        _ tls: ListenerOptions.TLSMode = .off,
        pausesAtText: Bool = false,
        _ change: (inout Policy) -> Void = { _ in }
    ) throws {
        var policy = Policy(hostname: "one.example")
        policy.forbidsEarlyInput = false
        if tls == .offered { policy.startTLS = .offered }
        change(&policy)
        let made = policy
        try self.init(on: address, ListenerOptions(tls: tls)) { SessionHost(made, $0, pausesAtText: pausesAtText) }
    }

    deinit { listeners.shutdown() }

    func hop(_ change: (inout Hop) -> Void = { _ in }) throws -> Hop {
        let policy = ClientPolicy(name: "client.example")
        var hop = Hop(name: "one.example", .tcp(host: "127.0.0.1", port: port), policy)
        if let path { hop.target = .unix(path: path) }
        change(&hop)
        return hop
    }

    func courier(_ hop: Hop, _ watcher: Watcher, _ change: (inout ClientLimits) -> Void = { _ in }) -> Courier {
        var limits = ClientLimits()
        change(&limits)
        return Courier(listeners.dialer, hop, limits: limits, cryptography: TestCryptography(), observer: watcher)
    }

    static func envelope(to count: Int = 1) throws -> Envelope {
        var envelope = Envelope(sender: try Address(parsing: "from@client.example"))
        for number in 0..<count { envelope.recipients.append(Recipient(try Address(parsing: "r\(number)@b.example"))) }
        return envelope
    }
}
