import Mail
import Outbound
import SMTP
import Testing
import Wire

/// Hosts that leave, or fall silent, at each step.
@Suite struct CourierStageTests {
    /// Where the host acts, and the stage that the outcome names.
    struct Row: CustomTestStringConvertible {
        let place: String
        let stage: ClientStage
        var testDescription: String { place }
    }

    static let rows = [
        Row(place: "greeting", stage: .greeting), Row(place: "EHLO", stage: .hello), Row(place: "MAIL", stage: .mail),
        Row(place: "RCPT", stage: .recipient), Row(place: "DATA", stage: .data), Row(place: "text", stage: .text),
        Row(place: ".", stage: .endOfText),
    ]

    private static let short: @Sendable (inout ClientLimits) -> Void = { limits in
        let time = Duration.milliseconds(200)
        var times = ClientTimeouts()
        (times.greeting, times.command, times.mail, times.recipient) = (time, time, time, time)
        (times.data, times.text, times.endOfText, times.quit) = (time, time, time, time)
        limits.timeouts = times
    }

    private func run(
        _ row: Row,
        _ deed: ScriptHost.Deed,
        _ change: (inout ClientLimits) -> Void = { _ in }
    ) throws -> (Watcher, Street, MadeMessage) {
        let street = try Street(on: "127.0.0.1:0") { ScriptHost(row.place, deed, $0) }
        let watcher = Watcher()
        let courier = street.courier(try street.hop(), watcher, change)
        // More than the kernel takes when nobody reads.
        let source = MadeMessage(count: row.place == "text" ? 64 << 20 : 6400)
        #expect(courier.deliver(try Street.envelope(to: 2), source))
        courier.begin()
        #expect(watcher.waits(forVerdicts: 2))
        #expect(watcher.waitForEnd() != nil)
        #expect(watcher.endCount == 1)
        return (watcher, street, source)
    }

    @Test("A host that closes the connection has lost the message at that step", arguments: rows)
    func closes(_ row: Row) throws {
        let (watcher, _, _) = try run(row, .close)
        let setback = ClientSession.Setback.lost(at: row.stage)
        #expect(watcher.allOutcomes == [.deferred(setback), .deferred(setback)])
        #expect(watcher.waitForEnd() == CourierEnd(setback: setback, fault: nil))
        #expect(setback.allowsNextHost == (row.stage != .endOfText))
    }

    @Test("A host that falls silent is given up at that step", arguments: rows)
    func hangs(_ row: Row) throws {
        let (watcher, _, source) = try run(row, .hang, Self.short)
        let setback = ClientSession.Setback.timedOut(at: row.stage)
        #expect(watcher.allOutcomes == [.deferred(setback), .deferred(setback)])
        #expect(watcher.waitForEnd() == CourierEnd(setback: setback, fault: nil))
        // What isn't taken isn't read either.
        if row.place == "text" { #expect(source.bytesRead < 48 << 20) }
    }

    @Test("A host that says something wrong, or no, is believed", arguments: rows)
    func refuses(_ row: Row) throws {
        let (watcher, street, _) = try run(row, .say("421 4.3.2 not now"))
        #expect(watcher.allVerdicts.count == 2)
        for outcome in watcher.allOutcomes {
            guard case .deferred(.refused(let reply, let stage)) = outcome else { Issue.record("\(outcome)"); continue }
            #expect(reply.code == 421)
            #expect(stage == row.stage)
        }
        #expect(street.log.allEvents.contains(".") == (row.place == "."))
    }

    @Test("A host that doesn't answer QUIT is left soon, and nothing is held against it", arguments: [true, false])
    func silentQuit(_ hangs: Bool) throws {
        let street = try Street(on: "127.0.0.1:0") { ScriptHost("QUIT", hangs ? .hang : .close, $0) }
        let watcher = Watcher()
        let courier = street.courier(try street.hop(), watcher, Self.short)
        #expect(courier.deliver(try Street.envelope(), CourierTests.message))
        courier.begin()
        #expect(watcher.waits(forReady: 1))
        courier.quit()
        #expect(watcher.waitForEnd() == CourierEnd(setback: nil, fault: nil))
    }

    @Test("What stands behind the 220 of STARTTLS in the clear ends the conversation")
    func injection() throws {
        let street = try Street(on: "127.0.0.1:0") { log in
            ScriptHost("STARTTLS", .say("220 go on\r\n250 injected"), log, extensions: ["STARTTLS"])
        }
        let watcher = Watcher()
        let courier = street.courier(try street.hop(), watcher)
        #expect(courier.deliver(try Street.envelope(), CourierTests.message))
        courier.begin()
        #expect(watcher.waitForEnd() == CourierEnd(setback: .injected, fault: nil))
        #expect(watcher.allOutcomes == [.deferred(.injected)])
    }

    @Test("A host whose TLS can't begin has failed it, whether it must be spoken or not", arguments: [true, false])
    func brokenTLS(_ isRequired: Bool) throws {
        let street = try Street(on: "127.0.0.1:0") { log in
            ScriptHost("STARTTLS", .say("220 go on"), log, extensions: ["STARTTLS"])
        }
        let watcher = Watcher()
        let hop = try street.hop { hop in
            hop.policy.tls = isRequired ? .required : .opportunistic
            hop.connectTimeout = .milliseconds(300)
        }
        let courier = street.courier(hop, watcher)
        #expect(courier.deliver(try Street.envelope(), CourierTests.message))
        courier.begin()
        let end = try #require(watcher.waitForEnd())
        #expect(end.setback == .tlsFailed)
        guard case .tls? = end.fault else { Issue.record("\(end)"); return }
        #expect(watcher.allOutcomes == [.deferred(.tlsFailed)])
        #expect(watcher.allFaults == [end.fault])
    }

    @Test("A handshake that doesn't begin in time has failed TLS where that comes first")
    func silentTLS() throws {
        let street = try Street(on: "127.0.0.1:0") { ScriptHost("greeting", .hang, $0) }
        let watcher = Watcher()
        let hop = try street.hop { hop in
            hop.beginsWithTLS = true
            hop.connectTimeout = .milliseconds(200)
        }
        let courier = street.courier(hop, watcher)
        #expect(courier.deliver(try Street.envelope(), CourierTests.message))
        courier.begin()
        let fault = CourierFault.tls("The peer did not finish the TLS handshake in time.")
        #expect(watcher.waitForEnd() == CourierEnd(setback: .tlsFailed, fault: fault))
        #expect(watcher.allOutcomes == [.deferred(.tlsFailed)])
    }
}
