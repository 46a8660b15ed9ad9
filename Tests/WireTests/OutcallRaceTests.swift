import Foundation
import Glibc
import Testing

@testable import Wire

struct OutcallRaceTests {
    private static let echo: @Sendable (Connection) -> Script = { _ in
        Script(
            onOpened: { peer in
                peer.say("you are \(peer.remote.ip ?? "nobody")")
                peer.flush()
            }
        )
    }

    private static func address(_ text: String, _ port: UInt16) throws -> OutcallAddress {
        OutcallAddress(try #require(IPAddress(text)), port: port)
    }

    private func call(_ served: Served, _ race: OutcallRace, _ ear: Ear, timeout: Duration = .seconds(20)) -> Outcall {
        served.listeners.dialer.call(.race(race), timeout: timeout, ear)
    }

    @Test("The families take turns, IPv6 begins, and each keeps its order")
    func order() throws {
        let texts = ["192.0.2.1", "192.0.2.2", "192.0.2.3", "2001:db8::1", "2001:db8::2"]
        let race = OutcallRace(try texts.map { try Self.address($0, 25) })
        let turns = ["2001:db8::1", "192.0.2.1", "2001:db8::2", "192.0.2.2", "192.0.2.3"]
        #expect(race.inTurns.map(\.address.description) == turns)
        #expect(race.inTurns.map(\.description).prefix(2) == ["[2001:db8::1]:25", "192.0.2.1:25"])
    }

    @Test("An address that refuses makes way for the next one at once, and who took the call is told")
    func refusedThenTaken() throws {
        let served = try Served { Self.echo($0) }
        let closed = try SilentPort().port
        let ear = Ear()
        let race = OutcallRace(
            [try Self.address("127.0.0.1", closed), try Self.address("127.0.0.1", served.port)],
            stagger: .seconds(600)
        )
        let outcall = call(served, race, ear)
        #expect(ear.waits(forText: "you are 127.0.0.1"))
        #expect(ear.facts.map(\.remote) == [.ip("127.0.0.1", port: Int(served.port))])
        #expect(ear.facts[0].tls == nil)
        outcall.close()
        #expect(ear.waitForEnd() == .closed("closed"))
        #expect(ear.all == ["connected", "ended"])
    }

    @Test("An address that doesn't answer delays the call by the stagger only, and its connection is given up")
    func silentThenTaken() throws {
        let served = try Served { Self.echo($0) }
        let silent = try FullPort()
        let ear = Ear()
        let addresses = [try Self.address("127.0.0.1", silent.port), try Self.address("127.0.0.1", served.port)]
        let outcall = call(served, OutcallRace(addresses, stagger: .milliseconds(50)), ear, timeout: .seconds(600))
        #expect(ear.waits(forText: "you are 127.0.0.1"))
        outcall.close()
        #expect(ear.waitForEnd() == .closed("closed"))
        #expect(ear.all == ["connected", "ended"])
    }

    @Test("One address has its own time, and so has the whole call", arguments: [true, false])
    func tooSlow(_ isOwn: Bool) throws {
        let served = try Served { Self.echo($0) }
        let silent = try FullPort()
        let ear = Ear()
        let time = Duration.milliseconds(100)
        let race = OutcallRace([try Self.address("127.0.0.1", silent.port)], addressTimeout: isOwn ? time : nil)
        _ = call(served, race, ear, timeout: isOwn ? .seconds(600) : time)
        #expect(ear.waitForEnd() == .failed("it did not connect in time"))
    }

    @Test("Where nobody takes the call, the reason of each is told")
    func allRefused() throws {
        let served = try Served { Self.echo($0) }
        let (one, two) = (try SilentPort().port, try SilentPort().port)
        let ear = Ear()
        let addresses = [try Self.address("127.0.0.1", one), try Self.address("127.0.0.3", two)]
        _ = call(served, OutcallRace(addresses), ear)
        let refused = "the connection was refused"
        #expect(ear.waitForEnd() == .failed("127.0.0.1:\(one): \(refused); 127.0.0.3:\(two): \(refused)"))
        let nobody = Ear()
        _ = call(served, OutcallRace([]), nobody)
        #expect(nobody.waitForEnd() == .failed("there is no address to connect to"))
    }

    @Test("The call comes from the source address, and an address without a source of its family is passed over")
    func source() throws {
        let served = try Served { Self.echo($0) }
        let ear = Ear()
        let source = try #require(IPAddress("127.0.0.2"))
        let addresses = [try Self.address("::1", served.port), try Self.address("127.0.0.1", served.port)]
        let outcall = call(served, OutcallRace(addresses, sources: [source]), ear)
        #expect(ear.waits(forText: "you are 127.0.0.2"))
        #expect(ear.facts.map(\.local.ip) == ["127.0.0.2"])
        outcall.close()
        #expect(ear.waitForEnd() != nil)
        let skipped = Ear()
        _ = call(served, OutcallRace([addresses[0]], sources: [source]), skipped)
        #expect(skipped.waitForEnd() == .failed("there is no source address of its family"))
        let foreign = Ear()
        let other = try #require(IPAddress("192.0.2.77"))
        _ = call(served, OutcallRace([addresses[1]], sources: [other]), foreign)
        #expect(foreign.waitForEnd() == .failed("the address to call from isn't ours, or has no port left"))
    }

    @Test("Closing while several addresses are tried ends all of it")
    func closed() throws {
        let served = try Served { Self.echo($0) }
        let silent = try FullPort()
        let ear = Ear()
        let addresses = try ["127.0.0.1", "127.0.0.1"].map { try Self.address($0, silent.port) }
        let outcall = call(served, OutcallRace(addresses, stagger: .zero), ear, timeout: .seconds(600))
        outcall.close()
        #expect(ear.waitForEnd() == .closed("closed"))
        #expect(ear.all == ["ended"])
    }
}
