import Foundation
import Glibc
import Support
import System
import TLS
import Testing

@testable import Wire

/// What an outcall is told beside bytes: deadlines, wake-ups, room, and what TLS has shown.
struct OutcallSignalsTests {
    private static let echo: @Sendable (Connection) -> Script = { _ in
        Script(onReceived: { bytes, peer in
            peer.write(bytes)
            peer.flush()
            return bytes.count
        })
    }

    private func call(_ served: Served, _ ear: Ear, security: OutcallSecurity? = nil) -> Outcall {
        let target = OutcallTarget.tcp(host: "127.0.0.1", port: served.port)
        return served.listeners.dialer.call(target, security: security, timeout: .seconds(20), ear)
    }

    @Test("A deadline passes once, another replaces it, and none is left when it is taken away")
    func deadline() throws {
        let served = try Served { Self.echo($0) }
        let ear = Ear()
        let outcall = call(served, ear)
        // Before the connection stands too.
        outcall.arm(deadline: .milliseconds(10))
        #expect(ear.waits(for: "deadline"))
        outcall.arm(deadline: .milliseconds(30))
        outcall.arm(deadline: nil)
        outcall.arm(deadline: .seconds(600))
        #expect(outcall.write(Array("x".utf8)) == .taken)
        #expect(ear.waits(forText: "x"))
        outcall.arm(deadline: .milliseconds(10))
        #expect(ear.waits(for: "deadline", count: 2))
        outcall.close()
        #expect(ear.waitForEnd() == .closed("closed"))
        #expect(ear.all.filter { $0 == "deadline" }.count == 2)
    }

    @Test("A deadline that is armed during a handshake waits for its end")
    func deadlineBehindHandshake() throws {
        let served = try secureServed()
        let ear = Ear()
        let outcall = call(served, ear, security: OutcallSecurity(name: "one.example"))
        outcall.arm(deadline: .milliseconds(10))
        #expect(ear.waits(for: "deadline"))
        #expect(ear.all == ["connected", "deadline"])
    }

    @Test("A wake-up from any thread is heard on the loop, before the connection stands too")
    func wake() throws {
        let served = try Served { Self.echo($0) }
        let ear = Ear()
        let outcall = call(served, ear)
        outcall.wake()
        #expect(ear.waits(for: "woken"))
        #expect(ear.all.prefix(2) == ["connected", "woken"])
        outcall.wake()
        #expect(ear.waits(for: "woken", count: 2))
        outcall.close()
        #expect(ear.waitForEnd() != nil)
        outcall.wake()
        #expect(ear.all.last == "ended")
    }

    @Test("What is asked for while the listener is told something is done without another wake-up")
    func withinCalls() throws {
        let served = try Served { Self.echo($0) }
        let place = Locked<Outcall?>(nil)
        let ear = Ear(onConnected: {
            guard let outcall = place.withLock(\.self) else { return }
            _ = outcall.write(Array("at once".utf8))
            outcall.wake()
            outcall.arm(deadline: .milliseconds(10))
        })
        let dialer = served.listeners.dialer
        let outcall = dialer.prepare(ear)
        place.withLock { $0 = outcall }
        dialer.begin(outcall, .tcp(host: "127.0.0.1", port: served.port), timeout: .seconds(20))
        #expect(ear.waits(forText: "at once"))
        #expect(ear.waits(for: "woken"))
        #expect(ear.waits(for: "deadline"))
        place.withLock { $0 = nil }
    }

    @Test("Room is told of once no more waits than was asked about")
    func room() throws {
        let silent = try SilentPort()
        let served = try Served { Self.echo($0) }
        let ear = Ear()
        let target = OutcallTarget.tcp(host: "127.0.0.1", port: silent.port)
        let outcall = served.listeners.dialer.call(target, timeout: .seconds(20), ear)
        let piece = [UInt8](repeating: 7, count: 100_000)
        while outcall.write(piece) == .taken {}
        #expect(!outcall.hasRoom(below: 1000))
        #expect(outcall.hasRoom(below: Outcall.waitingLimit))
        let taken = silent.accept()
        defer { Glibc.close(taken) }
        while !ear.all.contains("writable") { _ = silent.read(taken) }
        #expect(outcall.hasRoom(below: 1000))
        outcall.close()
        while silent.read(taken) > 0 {}
        #expect(ear.waitForEnd() != nil)
    }

    // MARK: TLS

    private func secureServed() throws -> Served {
        let served = try Served(ListenerOptions(tls: .implicit), reception: Certificates.reception(), Self.echo)
        var settings = TLSClientSettings()
        settings.trust = .authorities(file: "\(Certificates.folder)/one.pem")
        served.listeners.dialer.apply(settings)
        return served
    }

    @Test("What the handshake has shown is told, and whether the certificate is that of the name")
    func facts() throws {
        let served = try secureServed()
        for (name, verification, fault) in [
            ("one.example", .authorities, nil), ("one.example", .none, nil),
            ("two.example", .none, "hostname mismatch"),
            (nil, .none, "nobody said for which name it has to be"),
        ] as [(String?, OutcallSecurity.Verification, String?)] {
            let ear = Ear()
            _ = call(served, ear, security: OutcallSecurity(name: name, verification))
            #expect(ear.waits(for: "connected"))
            let tls = try #require(ear.facts.first?.tls)
            #expect(tls.facts.version == "TLSv1.3")
            #expect(tls.isVerified == (fault == nil))
            #expect(tls.fault == fault)
            #expect(tls.exporter?.count == 32)
            #expect(tls.serverEndPoint?.count == 32)
            #expect(tls.droppedPlaintext == 0)
            #expect(tls.record == nil)
        }
    }

    @Test("A TLSA record takes the place of the authorities, and one that doesn't match ends the call")
    func dane() throws {
        let served = try secureServed()
        served.listeners.dialer.apply(TLSClientSettings())
        let shown = TLSCertificateFolder.scan(
            files: ["\(Certificates.folder)/one.pem", "\(Certificates.folder)/one.key"],
            now: 0
        )
        let digits = try #require(shown.certificates.first).fingerprint
        let bytes = stride(from: 0, to: 64, by: 2).compactMap { UInt8(digits.dropFirst($0).prefix(2), radix: 16) }
        let record = TLSARecord(usage: 3, selector: 0, matching: 1, data: bytes)
        for (records, isVerified, fault) in [
            ([record], true, nil),
            (
                [TLSARecord(usage: 1, selector: 0, matching: 1, data: bytes)], false,
                "none of the TLSA records can be used"
            ),
        ] as [([TLSARecord], Bool, String?)] {
            let ear = Ear()
            _ = call(served, ear, security: OutcallSecurity(name: "mx.example", .dane(TLSADemand(records))))
            #expect(ear.waits(for: "connected"))
            let tls = try #require(ear.facts.first?.tls)
            #expect(tls.isVerified == isVerified)
            #expect(tls.fault == fault)
            #expect(tls.record == (isVerified ? record : nil))
        }
        let ear = Ear()
        let wrong = TLSARecord(usage: 3, selector: 0, matching: 1, data: bytes.reversed())
        _ = call(served, ear, security: OutcallSecurity(name: "one.example", .dane(TLSADemand([wrong]))))
        guard case .tlsFailed(let reason)? = ear.waitForEnd() else { Issue.record("it did not fail"); return }
        #expect(reason.hasPrefix("Bad certificate: "))
    }
}
