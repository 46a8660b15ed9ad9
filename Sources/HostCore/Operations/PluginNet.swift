internal import PluginHost
internal import Wire

/// Gives plugins their connections: haraka.net/1 over the server's own event loops.
struct PluginNet: NetService {
    let dialer: Dialer

    func connect(
        to target: NetTarget,
        security: NetSecurity?,
        timeout: Duration,
        events: any NetEvents
    ) -> any NetLink {
        let outcall = dialer.call(
            OutcallTarget(target),
            security: security.map { OutcallSecurity($0) },
            timeout: timeout,
            Ear(events: events)
        )
        return Line(outcall: outcall)
    }

    private final class Ear: OutcallListener {
        private let events: any NetEvents

        init(events: any NetEvents) { self.events = events }

        func connected(_ facts: OutcallFacts) { events.connected() }
        func received(_ bytes: Span<UInt8>) { events.received(bytes) }
        func writable() { events.writable() }

        func ended(_ end: OutcallEnd) {
            switch end {
            case .closed(let reason): events.closed(reason)
            case .failed(let reason), .tlsFailed(let reason): events.failed(reason)
            }
        }
    }

    private struct Line: NetLink {
        let outcall: Outcall

        func write(_ bytes: [UInt8]) -> NetAcceptance {
            switch outcall.write(bytes) {
            case .taken: .taken
            case .full: .full
            case .tooLong: .tooLong
            case .over: .over
            }
        }

        func startTLS(_ security: NetSecurity) -> Bool { outcall.startTLS(OutcallSecurity(security)) }
        func pause(_ isPaused: Bool) { outcall.pause(isPaused) }
        func close() { outcall.close() }
    }
}

extension OutcallTarget {
    fileprivate init(_ target: NetTarget) {
        switch target {
        case .tcp(let host, let port): self = .tcp(host: host, port: port)
        case .unix(let path): self = .unix(path: path)
        }
    }
}

extension OutcallSecurity {
    fileprivate init(_ security: NetSecurity) {
        self.init(name: security.name, isVerified: security.isVerified)
    }
}
