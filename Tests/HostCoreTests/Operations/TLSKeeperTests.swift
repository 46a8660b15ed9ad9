import Config
import Foundation
import PluginHost
import System
import TLS
import Testing

@testable import HostCore

@Suite struct TLSKeeperTests {
    private static let day: Int64 = 86_400

    /// In half a day, so that the seconds which have passed since a certificate was made make no difference.
    private static var noon: Int64 { SystemTime.wallSeconds + day / 2 }

    /// A service directory with a keeper for it, and what the keeper logs.
    private final class Bench {
        let service: Service
        let output = MemoryOutput()
        let log: LogSink
        let keeper: TLSKeeper

        init(_ files: [String: String], monotonic: UInt64 = SystemTime.monotonicNanoseconds) throws {
            service = try Service(try TLSConfigurationTests.filled(files))
            log = try LogSink(level: .debug, format: .plain, timestamps: false, outputs: [output])
            keeper = TLSKeeper(try service.configuration().tls, log: log, monotonic: monotonic)
        }

        deinit { log.finish() }

        func reload() throws -> [String] {
            let next = try Configuration.read(service.path, service.installation, tickets: keeper.tickets)
            return keeper.take(next.tls, now: TLSKeeperTests.noon)
        }

        var lines: [String] {
            log.flush(within: .seconds(5))
            return output.text.split(separator: "\n").map(String.init)
        }
    }

    @Test func aRenewedCertificateIsForTheNextHandshake() throws {
        let bench = try Bench(["tls/mx.pem": "mx bundle"])
        let before = try #require(bench.keeper.current)
        try bench.service.folders.write("config/tls/mx.pem", try Certificates.bundle("renewed"))
        let said = try bench.reload()
        let after = try #require(bench.keeper.current)
        #expect(before !== after && before.tickets === after.tickets)
        #expect(after.certificates.first?.fingerprint != before.certificates.first?.fingerprint)
        #expect(
            said == [
                "certificate for mx.example.org, example.org, 90 days left",
                "certificate for mx.example.org, example.org is no longer used",
            ]
        )
        #expect(try bench.reload() == [])
    }

    @Test func aBrokenOneLeavesWhatIsThereInForce() throws {
        let bench = try Bench(["tls/mx.pem": "mx bundle"])
        let before = try #require(bench.keeper.current)
        try bench.service.folders.write("config/tls/mx.pem", "x")
        #expect(throws: StartError.self) { try bench.reload() }
        #expect(bench.keeper.current === before)
    }

    @Test func certificatesThatAreGoneDoNotTakeTLSWithThem() throws {
        let bench = try Bench(["tls/mx.pem": "mx bundle"])
        try FileManager.default.removeItem(atPath: bench.service.path + "/config/tls")
        let next = try bench.service.configuration().tls
        #expect(bench.keeper.refusal(of: next)?.contains("put them back") == true)
        let off = try Bench([:])
        #expect(off.keeper.current == nil)
        #expect(off.keeper.refusal(of: next) == nil)
        #expect(bench.keeper.refusal(of: try Bench(["tls/mx.pem": "mx bundle"]).service.configuration().tls) == nil)
    }

    /// As certbot lays them: config/tls has a link to `live/NAME`, whose files are links to what `archive` holds.
    @Test func aRenewalBehindLinksIsSeenOnce() throws {
        let certbot = try Folders([
            "archive/mx/cert1.pem": try Certificates.bundle("mx"),
            "archive/mx/cert2.pem": try Certificates.bundle("renewed"),
            "live/mx/README": "x",
        ])
        let files = FileManager.default
        let link = certbot.path + "/live/mx/fullchain.pem"
        try files.createSymbolicLink(atPath: link, withDestinationPath: "../../archive/mx/cert1.pem")
        let service = try Folders()
        try files.createDirectory(atPath: service.path + "/config/tls", withIntermediateDirectories: true)
        try files.createSymbolicLink(
            atPath: service.path + "/config/tls/mx",
            withDestinationPath: certbot.path + "/live/mx"
        )
        let log = try LogSink(level: .debug, format: .plain, timestamps: false, outputs: [MemoryOutput()])
        defer { log.finish() }
        let keeper = TLSKeeper(try Configuration.read(service.path, try Installation.locate()).tls, log: log)
        #expect(keeper.current?.certificates.count == 1)
        #expect(!keeper.tend())
        try files.removeItem(atPath: link)
        try files.createSymbolicLink(atPath: link, withDestinationPath: "../../archive/mx/cert2.pem")
        #expect(keeper.tend())
        // Whether it was taken or refused: the same files are not tried again.
        #expect(!keeper.tend())
        try files.removeItem(atPath: link)
        #expect(keeper.tend() && !keeper.tend())
    }

    @Test func aFileThatIsNamedIsFollowedWhereverItLies() throws {
        let elsewhere = try Folders([
            "a.pem": try Certificates.text("mx.pem"), "a.key": try Certificates.text("mx.key"),
            "ca.pem": try Certificates.text("root.pem"),
        ])
        let ini = "cert=\(elsewhere.path)/a.pem\nkey=\(elsewhere.path)/a.key\nca=\(elsewhere.path)/ca.pem\n"
        let bench = try Bench(["tls.ini": ini])
        for file in ["a.pem", "a.key", "ca.pem", "a.ocsp", "a.pem.ocsp"] {
            #expect(!bench.keeper.tend())
            let text = elsewhere.exists(file) ? try elsewhere.read(file) : ""
            try elsewhere.write(file, text + "\n")
            #expect(bench.keeper.tend(), "\(file)")
        }
    }

    @Test(arguments: [
        ("soon", 0, "WARN", "certificate ends soon"), ("urgent", 0, "ERROR", "certificate ends soon"),
        ("soon", 10, "ERROR", "certificate ends soon"), ("soon", 16, "ERROR", "certificate has ended"),
        ("mx", 68, "WARN", "certificate ends soon"), ("mx", 82, "ERROR", "certificate ends soon"),
    ])
    func anEndThatIsNearIsToldOnceADay(_ name: String, _ later: Int64, _ level: String, _ words: String) throws {
        let bench = try Bench(["tls/a.pem": name + " bundle"])
        let now = Self.noon + later * Self.day
        for minute in 0..<30 { _ = bench.keeper.tend(now: now + Int64(minute) * 60) }
        #expect(bench.lines.count == 1)
        let line = try #require(bench.lines.first)
        #expect(line.contains("[\(level)]") && line.contains(words) && line.contains("config/tls/a.pem"))
        _ = bench.keeper.tend(now: now + Self.day)
        #expect(bench.lines.count == 2)
    }

    @Test func whatGetsWorseIsToldAtOnce() throws {
        let bench = try Bench(["tls/a.pem": "soon bundle"])
        let now = Self.noon
        for hour in stride(from: 0, to: 24 * 16, by: 1) { _ = bench.keeper.tend(now: now + Int64(hour) * 3600) }
        let levels = bench.lines.map { $0.contains("[WARN]") ? "W" : $0.contains("ended") ? "X" : "E" }.joined()
        #expect(levels.wholeMatch(of: /W{7,8}E{8,9}X{1,2}/) != nil, "\(levels)")
    }

    @Test func aGoodCertificateIsNotTalkedAbout() throws {
        let bench = try Bench(["tls/a.pem": "mx bundle"])
        #expect(!bench.keeper.tend())
        #expect(bench.lines == [])
    }

    @Test func ticketKeysAreReplacedWhenTheyAreOld() throws {
        let bench = try Bench(["tls/a.pem": "mx bundle", "tls.ini": "ticket_rotation=1h\n"], monotonic: 0)
        let hour: UInt64 = 3_600_000_000_000
        for time in [0, hour - 1, hour, hour + 1, 2 * hour - 1, 2 * hour] { _ = bench.keeper.tend(monotonic: time) }
        #expect(bench.lines.count { $0.contains("ticket keys rotated") } == 2)
    }

    @Test(.enabled(if: Privileges.isRoot)) func whatTheServicesAccountCannotReadIsSaidAtTheStart() throws {
        let bench = try Bench(["tls/a.pem": "mx bundle"])
        // Root reads everything: what isn't there stands for what isn't shown.
        #expect(bench.lines == [])
        let tls = try bench.service.configuration().tls
        try FileManager.default.removeItem(atPath: bench.service.path + "/config/tls/a.pem")
        let keeper = TLSKeeper(tls, log: bench.log)
        #expect(bench.lines.count == 1)
        #expect(bench.lines.first?.contains("certificates can't be read again") == true)
        #expect(bench.lines.first?.contains("config/tls/a.pem") == true)
        #expect(!keeper.tend())
    }
}
