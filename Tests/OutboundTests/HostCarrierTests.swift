import Foundation
import Mail
import SMTP
import Support
import System
import Testing
import Wire

@testable import Outbound
@testable import Queue

/// Messages on their way to the first of several hosts that takes them.
@Suite(.timeLimit(.minutes(15))) struct HostCarrierTests {
    private func carrier(
        _ hops: [Hop],
        by street: Street,
        _ change: (inout ClientLimits) -> Void = { _ in }
    )
        -> HostCarrier
    {
        var limits = ClientLimits()
        change(&limits)
        return HostCarrier(
            finder: FixedFinder(hops: hops),
            circuit: Circuit(dialer: street.listeners.dialer, limits: limits, cryptography: TestCryptography())
        )
    }

    private func hop(_ street: Street, _ name: String, _ change: (inout Hop) -> Void = { _ in }) throws -> Hop {
        try street.hop { hop in
            hop.name = name
            change(&hop)
        }
    }

    private func script(
        _ place: String = "nowhere",
        _ deed: ScriptHost.Deed = .close,
        extensions: [String] = [],
        replies: [String: String] = [:]
    ) throws -> Street {
        try Street(on: "127.0.0.1:0") { ScriptHost(place, deed, $0, extensions: extensions, replies: replies) }
    }

    private func count(_ event: String, _ street: Street) -> Int { street.log.allEvents.count { $0.hasPrefix(event) } }

    @Test(
        "A host that doesn't speak to us is passed over",
        arguments: ["refused", "421 busy", "554 not you", "EHLO", "STARTTLS"]
    )
    func nextHost(_ fault: String) async throws {
        let good = try script()
        let bad: Street
        switch fault {
        case "refused":
            bad = try script()
            bad.listeners.stopAccepting()
        case "EHLO": bad = try script("EHLO", .close)
        case "STARTTLS": bad = try script("STARTTLS", .close, extensions: ["STARTTLS"])
        default: bad = try script("greeting", .say(fault))
        }
        let desk = FakeDesk([try FakeDesk.lease(to: 2), try FakeDesk.lease()])
        await carrier([try hop(bad, "bad"), try hop(good, "good")], by: good).carry(to: "b.example", desk)
        let settled = await desk.settled
        #expect(settled.map { $0.map(\.host) } == [["good", "good"], ["good"]])
        #expect(settled.joined().allSatisfy { $0.outcome.setback == nil })
        #expect(await desk.reasons == [])
        // The second goes by the connection that stands.
        #expect(count("opened", good) == 1 && count("MAIL", good) == 2)
        #expect(count("opened", bad) == (fault == "refused" ? 0 : 1))
    }

    @Test func `Where no host speaks to us one message finds that out, and its reason names each`() async throws {
        let hosts = try [script("greeting", .say("421 busy")), script("greeting", .say("450 full"))]
        let desk = FakeDesk([try FakeDesk.lease(to: 2), try FakeDesk.lease()])
        await carrier([try hop(hosts[0], "one"), try hop(hosts[1], "two")], by: hosts[0]).carry(to: "b.example", desk)
        let settled = await desk.settled
        let reason = "one: 421 busy (in reply to greeting); two: 450 full (in reply to greeting)"
        #expect(settled.map { $0.map(\.reason) } == [[reason, reason]])
        #expect(settled.joined().allSatisfy { $0.isUnreachable })
        var why = Unreachable(reason, status: EnhancedCode(4, 0, 0))
        why.trials = [
            Trial(host: "one", reply: Reply(421, nil, "busy"), reason: "421 busy (in reply to greeting)"),
            Trial(host: "two", reply: Reply(450, nil, "full"), reason: "450 full (in reply to greeting)"),
        ]
        #expect(settled.map { $0.map(\.trials) } == [[why.trials, why.trials]])
        #expect(await desk.reasons == [why])
        #expect(await desk.left == 1)
    }

    @Test func `What the hosts before had to say is kept beside what the last one says`() async throws {
        let hosts = try [
            script("greeting", .say("421 busy")), script(replies: ["RCPT": "550 5.1.1 no such user"]), script(),
        ]
        let desk = FakeDesk([try FakeDesk.lease(to: 2)])
        let hops = try zip(hosts, ["one", "two", "three"]).map { try hop($0, $1) }
        await carrier(hops, by: hosts[0]).carry(to: "b.example", desk)
        for attempt in await desk.settled.joined() {
            #expect(attempt.host == "two" && attempt.reason == "550 5.1.1 no such user (in reply to RCPT)")
            #expect(attempt.trials.map(\.host) == ["one", "two"])
            #expect(attempt.trials.map(\.reply?.code) == [421, 550])
        }
        #expect(count("opened", hosts[2]) == 0)
    }

    @Test(
        "What a host says of one message doesn't keep the next from it",
        arguments: [
            ("MAIL", .say("451 4.1.8 who is that")), ("DATA", .close), ("text", .close), ("RCPT", .say("450 not now")),
        ] as [(String, ScriptHost.Deed)]
    )
    func ofTheMessage(_ place: String, _ deed: ScriptHost.Deed) async throws {
        let host = try script(place, deed)
        let desk = FakeDesk([try FakeDesk.lease(), try FakeDesk.lease()])
        await carrier([try hop(host, "host")], by: host).carry(to: "b.example", desk)
        #expect(await desk.settled.count == 2)
        for attempt in await desk.settled.joined() {
            guard case .deferred = attempt.outcome else {
                Issue.record("\(attempt)")
                continue
            }
            #expect(!attempt.isUnreachable)
        }
        #expect(await desk.reasons == [])
        #expect(count("MAIL", host) == 2)
    }

    @Test func `A host whose TLS is broken is spoken to in the clear, and not asked again`() async throws {
        let host = try Street(on: "127.0.0.1:0") { GarbledHost($0) }
        let carrier = carrier([try hop(host, "host")], by: host)
        for round in 1...2 {
            let desk = FakeDesk([try FakeDesk.lease(), try FakeDesk.lease()])
            await carrier.carry(to: "b.example", desk)
            let settled = await desk.settled
            #expect(settled.count == 2)
            #expect(settled.joined().allSatisfy { $0.outcome.setback == nil && $0.host == "host" }, "\(settled)")
            #expect(count("opened", host) == round + 1)
        }
        #expect(count("STARTTLS", host) == 1)
    }

    @Test func `Who settles a message is told what TLS it went under`() async throws {
        let proved = try Street("127.0.0.1:0", .offered)
        let clear = try Street("127.0.0.1:0", .off)
        for (street, name, proof) in [
            (proved, "one.example", HopTLS.Proof.authorities), (proved, "other.example", .no), (clear, "clear", nil),
        ] {
            let desk = FakeDesk([try FakeDesk.lease(to: 2), try FakeDesk.lease()])
            await carrier([try hop(street, name)], by: street).carry(to: "b.example", desk)
            let told = await desk.settled.map { $0.map(\.tls) }
            // The second goes by the connection that stands.
            #expect(told.map(\.count) == [2, 1])
            #expect(told.joined().allSatisfy { $0?.proof == proof }, "\(name): \(told)")
            #expect(told.joined().allSatisfy { proof == nil || $0?.version.hasPrefix("TLSv1.3 TLS_") == true })
        }
    }

    @Test func `A host whose TLS is broken gets nothing where TLS is required`() async throws {
        let host = try Street(on: "127.0.0.1:0") { GarbledHost($0) }
        let desk = FakeDesk([try FakeDesk.lease()])
        await carrier([try hop(host, "host") { $0.policy.tls = .required }], by: host).carry(to: "b.example", desk)
        #expect(await desk.settled.joined().map(\.outcome) == [.deferred(.tlsFailed)])
        #expect(count("MAIL", host) == 0 && count("opened", host) == 1)
    }

    @Test func `What a host has said of a recipient stands, and the next isn't asked`() async throws {
        let first = try script(replies: ["RCPT TO:<r0@": "550 5.1.1 nobody", "RCPT TO:<r1@": "450 4.2.1 full"])
        let second = try script()
        let desk = FakeDesk([try FakeDesk.lease(to: 3)])
        await carrier([try hop(first, "one"), try hop(second, "two")], by: first).carry(to: "b.example", desk)
        let attempts = try #require(await desk.settled.first)
        #expect(attempts.map(\.host) == ["one", "one", "one"])
        #expect(attempts.map { $0.outcome.setback?.reply?.code } == [550, 450, nil])
        guard case .failed = attempts[0].outcome, case .deferred = attempts[1].outcome,
            case .delivered = attempts[2].outcome
        else {
            Issue.record("\(attempts)")
            return
        }
        #expect(count("opened", second) == 0)
    }

    @Test func `Those of whom the first host said nothing in the end are tried at the next`() async throws {
        let first = try script("DATA", .close, replies: ["RCPT TO:<r0@": "550 5.1.1 nobody"])
        let second = try script()
        let desk = FakeDesk([try FakeDesk.lease(to: 3)])
        await carrier([try hop(first, "one"), try hop(second, "two")], by: first).carry(to: "b.example", desk)
        let attempts = try #require(await desk.settled.first)
        #expect(attempts.map(\.host) == ["one", "two", "two"])
        #expect(attempts[0].reason.hasPrefix("550 5.1.1 nobody"))
        #expect(second.log.allEvents.filter { $0.hasPrefix("RCPT") }.count == 2)
        #expect(count("RCPT TO:<r0@", second) == 0)
    }

    @Test func `Behind the end of a message no other host gets a copy`() async throws {
        let first = try script(".", .close)
        let second = try script()
        let desk = FakeDesk([try FakeDesk.lease()])
        await carrier([try hop(first, "one"), try hop(second, "two")], by: first).carry(to: "b.example", desk)
        #expect(await desk.settled.joined().map(\.outcome) == [.deferred(.lost(at: .endOfText))])
        #expect(count("opened", second) == 0)
        #expect(await desk.reasons == [])
    }

    @Test func `A connection that closes between messages is replaced`() async throws {
        let host = try script(".", .leave("250 taken"))
        let desk = FakeDesk(try (0..<5).map { _ in try FakeDesk.lease() })
        await carrier([try hop(host, "host")], by: host).carry(to: "b.example", desk)
        let settled = await desk.settled
        #expect(settled.count == 5)
        #expect(settled.joined().allSatisfy { $0.outcome.setback == nil }, "\(settled)")
        #expect(count("opened", host) == 5)
    }

    @Test func `Messages share a connection, which ends with QUIT`() async throws {
        let host = try script()
        let desk = FakeDesk(try (0..<20).map { _ in try FakeDesk.lease() })
        await carrier([try hop(host, "host")], by: host).carry(to: "b.example", desk)
        #expect(await desk.settled.count == 20)
        #expect(count("opened", host) == 1 && count("MAIL", host) == 20)
        #expect(await host.log.hears("QUIT"))
    }

    @Test func `Where there is no place at the hosts nothing is asked for, and nobody called`() async throws {
        let host = try script()
        let desk = FakeDesk([try FakeDesk.lease()])
        await desk.close()
        let hops = try ["b.host", "a.host"].map { try hop(host, $0) }
        await carrier(hops, by: host).carry(to: "b.example", desk)
        #expect(await desk.places == ["a.host"])
        #expect(await desk.left == 1)
        #expect(await desk.settled.isEmpty)
        #expect(count("opened", host) == 0)
    }

    @Test func `Connections from another of our addresses have a place of their own`() throws {
        let host = try script()
        let address = try #require(IPAddress("192.0.2.1"))
        let hop = try hop(host, "mx") { $0.target = .race(OutcallRace([], sources: [address])) }
        #expect(Hop.place(of: [hop]) == "mx from 192.0.2.1")
    }

    @Test func `LMTP is spoken over a unix socket`() async throws {
        let folder = try TemporaryFolder()
        let street = try Street(folder.path + "/lmtp", .off) { $0.isLMTP = true }
        let desk = FakeDesk([try FakeDesk.lease(to: 3), try FakeDesk.lease()])
        await carrier([try hop(street, "lmtp") { $0.policy.isLMTP = true }], by: street).carry(to: "b.example", desk)
        #expect(await desk.settled.map(\.count) == [3, 1])
        #expect(await desk.settled.joined().allSatisfy { $0.outcome.setback == nil })
        #expect(street.log.allMessages.count == 2)
        #expect(street.log.allCallers.count == 1)
    }

    @Test func `A text that can't be read blames the disk, and neither the host nor the destination`() async throws {
        let folder = try TemporaryFolder()
        let gone = QueuedText(place: .file(name: "gone", try SpoolFolder(folder.path)), count: 1000)
        let (first, second) = (try script(), try script())
        let desk = FakeDesk([try FakeDesk.lease(to: 2, text: gone), try FakeDesk.lease()])
        await carrier([try hop(first, "one"), try hop(second, "two")], by: first).carry(to: "b.example", desk)
        let settled = await desk.settled
        #expect(settled.count == 2)
        for attempt in settled[0] {
            #expect(attempt.host == nil && attempt.reason == "the message can't be read here")
            #expect(attempt.status == EnhancedCode(4, 3, 0))
            guard case .deferred = attempt.outcome else {
                Issue.record("\(attempt)")
                continue
            }
        }
        #expect(settled[1].map(\.host) == ["one"])
        #expect(await desk.reasons == [])
        #expect(count("opened", second) == 0)
        #expect(first.log.allEvents.count { $0 == "." } == 1)
    }

    @Test func `A task that is cancelled hears all the same what becomes of its message`() async throws {
        let host = try script("DATA", .hang)
        let desk = FakeDesk([try FakeDesk.lease()])
        let carrier = carrier([try hop(host, "host")], by: host)
        let task = Task { await carrier.carry(to: "b.example", desk) }
        #expect(await host.log.hears("DATA"))
        task.cancel()
        host.listeners.shutdown()
        await task.value
        #expect(await desk.settled.joined().map(\.outcome) == [.deferred(.lost(at: .data))])
    }
}
