import Foundation
import Mail
import Outbound
import SMTP
import System
import TLS
import Testing
import Wire

/// Couriers that carry messages to a host that takes them.
@Suite struct CourierTests {
    static let text = "Subject: hi\r\n\r\n.dots\r\n..\r\nlast line\r\n"
    static let message = MessageInMemory(Array(text.utf8))
    static let queued = "delivered 250 2.0.0 Message Queued"

    private func deliver(_ street: Street, _ hop: Hop, to count: Int = 1) throws -> Watcher {
        let watcher = Watcher()
        let courier = street.courier(hop, watcher)
        #expect(courier.deliver(try Street.envelope(to: count), Self.message))
        courier.begin()
        #expect(watcher.waits(forVerdicts: count))
        courier.quit()
        #expect(watcher.waitForEnd() == CourierEnd(setback: nil, fault: nil))
        #expect(watcher.endCount == 1)
        #expect(watcher.allFaults == Array(repeating: nil, count: count))
        return watcher
    }

    @Test(
        "A message arrives as it was sent, its dots too",
        arguments: [(true, false), (false, false), (true, true), (false, true)]
    )
    func plain(_ pipelines: Bool, _ chunks: Bool) throws {
        let street = try Street { $0.switchedOff.remove(.chunking) }
        let hop = try street.hop { hop in
            hop.policy.pipelines = pipelines
            hop.policy.prefersChunking = chunks
        }
        let watcher = try deliver(street, hop, to: 3)
        #expect(watcher.allVerdicts == (0..<3).map { "\($0) \(Self.queued)" })
        #expect(street.log.allMessages == [Self.message.bytes])
        let facts = try #require(watcher.allReadies.first)
        #expect(facts.connection.remote == .ip("127.0.0.1", port: Int(street.port)))
        #expect(facts.connection.tls == nil)
        #expect(facts.transactions == 1)
        #expect(!facts.isAuthenticated)
        #expect(facts.capabilities.extensions.contains(.pipelining))
    }

    @Test("An empty message, and one without a line's end, arrive", arguments: [false, true])
    func small(_ chunks: Bool) throws {
        for text in ["", "x", "."] {
            let street = try Street { $0.switchedOff.remove(.chunking) }
            let watcher = Watcher()
            let courier = street.courier(try street.hop { $0.policy.prefersChunking = chunks }, watcher)
            #expect(courier.deliver(try Street.envelope(), MessageInMemory(Array(text.utf8))))
            courier.begin()
            #expect(watcher.waits(forVerdicts: 1))
            let ending = chunks || text.isEmpty ? "" : "\r\n"
            #expect(street.log.allMessages == [Array("\(text)\(ending)".utf8)] || chunks)
            #expect(street.log.allMessages.count == 1)
            courier.quit()
            #expect(watcher.waitForEnd()?.setback == nil)
        }
    }

    @Test("One connection carries several messages, each given when the host is ready")
    func several() throws {
        let street = try Street()
        let place = Locked<Courier?>(nil)
        let envelope = try Street.envelope()
        // From within the courier's own call, which is on the loop.
        let watcher = Watcher(onReady: { count in
            guard let courier = place.withLock(\.self) else { return }
            if count < 50 { #expect(courier.deliver(envelope, Self.message)) } else { courier.quit() }
        })
        let courier = street.courier(try street.hop(), watcher)
        place.withLock { $0 = courier }
        #expect(courier.deliver(envelope, Self.message))
        courier.begin()
        #expect(watcher.waitForEnd() == CourierEnd(setback: nil, fault: nil))
        place.withLock { $0 = nil }
        #expect(watcher.allVerdicts == Array(repeating: "0 \(Self.queued)", count: 50))
        #expect(street.log.allMessages.count == 50)
        #expect(street.log.allCallers.count == 1)
        #expect(!courier.deliver(envelope, Self.message))
    }

    @Test("A message may be given late, and an idle connection says QUIT by itself")
    func idle() throws {
        let street = try Street()
        let watcher = Watcher()
        let courier = street.courier(try street.hop { $0.idleTimeout = .milliseconds(100) }, watcher)
        courier.begin()
        #expect(watcher.waits(forReady: 1))
        #expect(courier.deliver(try Street.envelope(), Self.message))
        #expect(watcher.waits(forVerdicts: 1))
        #expect(watcher.waitForEnd() == CourierEnd(setback: nil, fault: nil))
        #expect(watcher.transcript.contains(.said("QUIT")))
        #expect(watcher.transcript.contains { if case .heard(let line) = $0 { line.hasPrefix("221 ") } else { false } })
    }

    @Test(
        "TLS by STARTTLS and from the first byte on, verified or not",
        arguments: [(false, false), (false, true), (true, false), (true, true)]
    )
    func tls(_ beginsWithTLS: Bool, _ isVerified: Bool) throws {
        let street = try Street("127.0.0.1:0", beginsWithTLS ? .implicit : .offered)
        let hop = try street.hop { hop in
            hop.beginsWithTLS = beginsWithTLS
            hop.verification = isVerified ? .authorities : .none
            if isVerified { hop.policy.tls = .required }
        }
        let watcher = try deliver(street, hop)
        #expect(street.log.allMessages.count == 1)
        let tls = try #require(watcher.allReadies.first?.connection.tls)
        #expect(tls.facts.version == "TLSv1.3")
        #expect(tls.isVerified)
        #expect(watcher.allConnections.count == (beginsWithTLS ? 1 : 2))
        let hellos = watcher.transcript.count { $0 == .said("EHLO client.example") }
        #expect(hellos == (beginsWithTLS ? 1 : 2))
    }

    @Test("A host with another name is taken where nobody asks, and is nobody to us where somebody does")
    func wrongName() throws {
        for (beginsWithTLS, tls, verification) in [
            (false, .opportunistic, .none), (false, .required, .authorities), (true, .required, .authorities),
        ] as [(Bool, ClientPolicy.TLS, OutcallSecurity.Verification)] {
            let street = try Street("127.0.0.1:0", beginsWithTLS ? .implicit : .offered)
            let watcher = Watcher()
            let hop = try street.hop { hop in
                hop.name = "two.example"
                hop.policy.tls = tls
                hop.verification = verification
                hop.beginsWithTLS = beginsWithTLS
            }
            let courier = street.courier(hop, watcher)
            #expect(courier.deliver(try Street.envelope(), Self.message))
            courier.begin()
            #expect(watcher.waits(forVerdicts: 1))
            courier.quit()
            let end = try #require(watcher.waitForEnd())
            if verification == .none {
                #expect(end.setback == nil)
                #expect(watcher.allReadies.first?.connection.tls?.fault == "hostname mismatch")
            } else {
                #expect(watcher.allOutcomes == [.deferred(.tlsFailed)])
                #expect(end == CourierEnd(setback: .tlsFailed, fault: .tls("Bad certificate: hostname mismatch.")))
                #expect(watcher.allFaults == [end.fault])
                #expect(street.log.allMessages.isEmpty)
            }
        }
    }

    @Test("REQUIRETLS goes to a host that was verified because somebody asked for it", arguments: [true, false])
    func requireTLS(_ asks: Bool) throws {
        let street = try Street("127.0.0.1:0", .offered) { $0.switchedOff.remove(.requireTLS) }
        let watcher = Watcher()
        let courier = street.courier(try street.hop { $0.verification = asks ? .authorities : .none }, watcher)
        var envelope = try Street.envelope()
        var options = MailOptions()
        options.requiresTLS = true
        envelope.options = options
        #expect(courier.deliver(envelope, Self.message))
        courier.begin()
        #expect(watcher.waits(forVerdicts: 1))
        #expect(watcher.allVerdicts == ["0 \(asks ? Self.queued : "failed \(ClientSession.Setback.unprotected)")"])
        courier.quit()
        #expect(watcher.waitForEnd()?.setback == nil)
    }

    @Test(
        "Credentials are accepted, and stay out of the transcript",
        arguments: [SASLMechanism.plain, .login, .cramMD5, .scramSHA256, .scramSHA256Plus]
    )
    func authenticates(_ mechanism: SASLMechanism) throws {
        let street = try Street("127.0.0.1:0", .offered) { policy in
            policy.mechanisms = [mechanism]
            policy.requiresAuth = true
        }
        let hop = try street.hop { hop in
            hop.policy.tls = .required
            hop.policy.credentials = ClientCredentials(user: "alice", secret: .password("pencil"))
        }
        let watcher = try deliver(street, hop)
        #expect(street.log.lastUser == "alice")
        #expect(watcher.allReadies.first?.isAuthenticated == true)
        let lines = watcher.transcript.map { "\($0)" }
        let secrets = ["pencil", "AGFsaWNlAHBlbmNpbA==", "cGVuY2ls", "YWxpY2U"]
        #expect(!lines.contains { line in secrets.contains { line.contains($0) } })
        let auth = watcher.transcript.filter { if case .said(let line) = $0 { line.hasPrefix("AUTH ") } else { false } }
        #expect(auth.count == 1)
        if mechanism == .plain { #expect(auth == [.said("AUTH PLAIN (withheld)")]) }
    }

    @Test("LMTP over a unix socket has an outcome for each recipient")
    func lmtp() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "lmtp-\(UUID().uuidString.prefix(8))").path
        let street = try Street(path, .off) { $0.isLMTP = true }
        let watcher = try deliver(street, try street.hop { $0.policy.isLMTP = true }, to: 3)
        #expect(watcher.allVerdicts.count == 3)
        #expect(watcher.allVerdicts.allSatisfy { $0.contains("delivered 250") })
        #expect(street.log.allMessages == [Self.message.bytes])
    }

    @Test("A host is raced for by its addresses, from the source address that it is to hear from")
    func race() throws {
        let street = try Street()
        let closed = try Street()
        let port = closed.port
        closed.listeners.stopAccepting()
        let (local, source) = (try #require(IPAddress("127.0.0.1")), try #require(IPAddress("127.0.0.2")))
        let addresses = [OutcallAddress(local, port: port), OutcallAddress(local, port: street.port)]
        let hop = try street.hop { $0.target = .race(OutcallRace(addresses, sources: [source])) }
        let watcher = try deliver(street, hop)
        #expect(street.log.allCallers == ["127.0.0.2"])
        #expect(watcher.allReadies.first?.connection.remote == .ip("127.0.0.1", port: Int(street.port)))
        let dead = Watcher()
        let courier = street.courier(
            try street.hop { $0.target = .race(OutcallRace([addresses[0], addresses[0]])) },
            dead
        )
        _ = courier.deliver(try Street.envelope(to: 2), Self.message)
        courier.begin()
        let end = try #require(dead.waitForEnd())
        let reason = "127.0.0.1:\(port): the connection was refused"
        #expect(end.fault == .unreachable("\(reason); \(reason)"))
        #expect(
            dead.allOutcomes.allSatisfy { $0 == .deferred(.lost(at: .greeting)) || $0 == .deferred(.lost(at: .idle)) }
        )
        #expect(dead.endCount == 1)
    }

    @Test("Many recipients go in several transactions, and a long line of commands gets through")
    func manyRecipients() throws {
        let street = try Street()
        let watcher = Watcher()
        let courier = street.courier(try street.hop(), watcher) { $0.recipients = 100_000 }
        #expect(courier.deliver(try Street.envelope(to: 1200), Self.message))
        courier.begin()
        #expect(watcher.waits(forVerdicts: 1200))
        courier.quit()
        #expect(watcher.waitForEnd() != nil)
        let delivered = watcher.allVerdicts.count { $0.contains("delivered") }
        #expect(delivered > 0)
        #expect(street.log.allEvents.count { $0.hasPrefix("to ") } >= delivered)
    }
}
