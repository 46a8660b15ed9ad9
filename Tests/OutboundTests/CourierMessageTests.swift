import Foundation
import Mail
import Outbound
import SMTP
import Support
import System
import Testing
import Wire

/// Big messages, sources that fail, and deliveries that are broken off.
@Suite struct CourierMessageTests {
    private static func bytes(_ count: UInt64) -> [UInt8] { (0..<count).map { MadeMessage.byte($0) } }

    @Test("5 MiB go to a host that stops reading for a while, by DATA and by BDAT", arguments: [false, true])
    func slowReader(_ chunks: Bool) throws {
        let street = try Street("127.0.0.1:0", .offered, pausesAtText: true) { $0.switchedOff.remove(.chunking) }
        let watcher = Watcher()
        let courier = street.courier(try street.hop { $0.policy.prefersChunking = chunks }, watcher)
        let source = MadeMessage(count: 5 << 20)
        #expect(courier.deliver(try Street.envelope(), source))
        courier.begin()
        #expect(street.log.waits(for: "paused"))
        HostGate.shared.open()
        #expect(watcher.waits(forVerdicts: 1))
        #expect(watcher.allVerdicts == ["0 \(CourierTests.queued)"])
        #expect(street.log.allMessages.map(\.count) == [5 << 20])
        #expect(street.log.allMessages.first == Self.bytes(5 << 20))
        courier.quit()
        #expect(watcher.waitForEnd() == CourierEnd(setback: nil, fault: nil))
    }

    @Test(
        "A source that fails ends the connection without the end of the message",
        arguments: [(false, 0), (false, 1 << 19), (true, 0), (true, 1 << 19), (true, 3 << 19)] as [(Bool, UInt64)]
    )
    func unreadable(_ chunks: Bool, _ place: UInt64) throws {
        let street = try Street { $0.switchedOff.remove(.chunking) }
        let watcher = Watcher()
        let courier = street.courier(try street.hop { $0.policy.prefersChunking = chunks }, watcher)
        #expect(courier.deliver(try Street.envelope(to: 2), MadeMessage(count: 2 << 20, failsAt: place)))
        courier.begin()
        let end = try #require(watcher.waitForEnd())
        #expect(end == CourierEnd(setback: .lost(at: .text), fault: .unreadable))
        #expect(watcher.allOutcomes == Array(repeating: .deferred(.lost(at: .text)), count: 2))
        #expect(watcher.allFaults == [.unreadable, .unreadable])
        #expect(street.log.allMessages.isEmpty)
    }

    @Test("A source that gives less than it was asked for has failed too")
    func shortSource() throws {
        struct Short: MessageSource {
            var count: UInt64 { 1000 }
            func read(_ range: Range<UInt64>, _ take: @escaping @Sendable ([UInt8]?) -> Void) { take([13, 10]) }
        }
        let street = try Street()
        let watcher = Watcher()
        let courier = street.courier(try street.hop(), watcher)
        #expect(courier.deliver(try Street.envelope(), Short()))
        courier.begin()
        #expect(watcher.waitForEnd()?.fault == .unreadable)
        #expect(street.log.allMessages.isEmpty)
    }

    @Test(
        "A host that refuses while it is being sent to is heard",
        arguments: ["552 5.3.4 too much", "451 4.3.0 later"]
    )
    func earlyRefusal(_ reply: String) throws {
        let street = try Street(on: "127.0.0.1:0") { EarlyRefusal(reply, $0) }
        let watcher = Watcher()
        let courier = street.courier(try street.hop(), watcher)
        let source = MadeMessage(count: 256 << 20)
        #expect(courier.deliver(try Street.envelope(), source))
        courier.begin()
        #expect(watcher.waits(forVerdicts: 1))
        let word = reply.hasPrefix("5") ? "failed" : "deferred"
        #expect(watcher.allVerdicts == ["0 \(word) \(reply) (in reply to message)"])
        #expect(watcher.waitForEnd()?.fault == nil)
        #expect(source.bytesRead < 200 << 20)
    }

    /// Refuses at the first bytes of a message, and reads no more.
    private final class EarlyRefusal: Driver {
        typealias Peer = Connection
        private let reply: String
        private let host: ScriptHost
        private var isInText = false

        init(_ reply: String, _ log: HostLog) {
            self.reply = reply
            host = ScriptHost("nowhere", .close, log)
        }

        func opened(_ peer: Connection) { host.opened(peer) }

        func received(_ bytes: Span<UInt8>, _ peer: Connection) -> Int {
            guard isInText else {
                isInText = bytes.count >= 4 && bytes[0] == UInt8(ascii: "D") && bytes[1] == UInt8(ascii: "A")
                return host.received(bytes, peer)
            }
            peer.write(Array("\(reply)\r\n".utf8))
            peer.flush()
            peer.pauseReading()
            return bytes.count
        }

        func woken(_ token: UInt64, _ peer: Connection) {}
        func deadlinePassed(_ peer: Connection) {}
        func closed() {}
    }

    @Test("Breaking off leaves the message undelivered where its end wasn't sent", arguments: CourierStageTests.rows)
    func abandons(_ row: CourierStageTests.Row) throws {
        let street = try Street(on: "127.0.0.1:0") { ScriptHost(row.place, .hang, $0) }
        let watcher = Watcher()
        let courier = street.courier(try street.hop(), watcher)
        let source = MadeMessage(count: row.place == "text" ? 64 << 20 : 6400)
        #expect(courier.deliver(try Street.envelope(), source))
        courier.begin()
        if row.place != "greeting" { #expect(street.log.waits(for: Self.line(row.place))) }
        courier.abandon()
        let end = try #require(watcher.waitForEnd())
        #expect(end.fault == .abandoned)
        #expect(watcher.allFaults == [.abandoned])
        if row.place != "greeting" { #expect(watcher.allOutcomes == [.deferred(.lost(at: row.stage))]) }
        #expect(!courier.deliver(try Street.envelope(), source))
        courier.abandon()
        courier.quit()
        #expect(watcher.endCount == 1)
    }

    /// What the host has heard when it falls silent.
    private static func line(_ place: String) -> String {
        switch place {
        case "EHLO": "EHLO client.example"
        case "MAIL": "MAIL FROM:<from@client.example>"
        case "RCPT": "RCPT TO:<r0@b.example>"
        case "text": ".." + String(repeating: "a", count: 61)
        default: place
        }
    }

    @Test("A courier that is told to quit before the host was reached goes at once")
    func quitsEarly() throws {
        let street = try Street(on: "127.0.0.1:0") { ScriptHost("greeting", .hang, $0) }
        let watcher = Watcher()
        let courier = street.courier(try street.hop(), watcher)
        courier.begin()
        courier.quit()
        let end = try #require(watcher.waitForEnd())
        #expect(end == CourierEnd(setback: nil, fault: nil))
        #expect(watcher.allOutcomes.isEmpty)
    }

    @Test("Breaking off ends a handshake too, and a courier that hasn't begun")
    func abandonsEarly() throws {
        let street = try Street(on: "127.0.0.1:0") { ScriptHost("greeting", .hang, $0) }
        for hasBegun in [true, false] {
            let watcher = Watcher()
            let hop = try street.hop { hop in
                hop.beginsWithTLS = true
                hop.connectTimeout = .seconds(600)
            }
            let courier = street.courier(hop, watcher)
            #expect(courier.deliver(try Street.envelope(), CourierTests.message))
            if hasBegun {
                courier.begin()
                #expect(street.log.waits(for: "opened"))
            }
            courier.abandon()
            if !hasBegun { courier.begin() }
            #expect(watcher.waitForEnd()?.fault == .abandoned)
            #expect(watcher.allFaults == [.abandoned])
        }
    }

    @Test("The end of the server settles what is under way, and what is begun then")
    func shutdown() throws {
        let street = try Street(on: "127.0.0.1:0") { ScriptHost("DATA", .hang, $0) }
        let (watcher, late) = (Watcher(), Watcher())
        let courier = street.courier(try street.hop(), watcher)
        #expect(courier.deliver(try Street.envelope(), CourierTests.message))
        courier.begin()
        #expect(street.log.waits(for: "DATA"))
        street.listeners.shutdown()
        #expect(watcher.waitForEnd() != nil)
        #expect(watcher.allOutcomes.count == 1)
        let none = street.courier(try street.hop(), late)
        #expect(none.deliver(try Street.envelope(), CourierTests.message))
        none.begin()
        #expect(late.waitForEnd()?.fault == .unreachable("the server is stopping"))
        #expect(late.allFaults == [.unreachable("the server is stopping")])
        #expect(!none.deliver(try Street.envelope(), CourierTests.message))
    }

    @Test("A message with a bare line feed stops the program, rather than let a host take it for commands")
    func bareLineFeed() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            let street = try Street()
            // Nobody tidies up behind a program that was stopped.
            try FileManager.default.removeItem(atPath: Certificates.folder)
            let watcher = Watcher()
            let courier = street.courier(try street.hop(), watcher)
            _ = courier.deliver(try Street.envelope(), MessageInMemory(Array("a\n.\nMAIL FROM:<x@y>\r\n".utf8)))
            courier.begin()
            _ = watcher.waitForEnd()
        }
        let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(text.contains("the text of DATA holds no bare LF"))
    }
}
