import Foundation
import Hooks
import Testing

@testable import PluginHost

/// What a call costs; runs with HARAKA_MEASURE=1 and says something in a release build only.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["HARAKA_MEASURE"] != nil), .serialized)
struct SpeedTests {
    @Test(
        arguments: [
            ("inline, args:p", "\"i(args:p)\"", "HK_HF_INLINE"),
            (
                "inline, five named", "\"i(ud:p,call:U,mail_address:s,remote_ip:s,mail_size:U)\"", "HK_HF_INLINE"
            ),
            ("on the lane, args:p", "\"i(args:p)\"", "0"),
        ]
    )
    func `cost of a call`(what: String, signature: String, flags: String) throws {
        let only = ProcessInfo.processInfo.environment["HARAKA_MEASURE"] ?? ""
        guard only == "1" || what.contains(only) else { return }
        let plugin = try CPlugin(
            "p",
            #"""
            static int32_t f(void) { return HK_V_CONT; }
            SIMPLE(0, ON("mail", SIGNATURE, f, .flags = FLAGS))
            """#,
            defines: ["SIGNATURE=\(signature)", "FLAGS=\(flags)"]
        )
        let bench = Bench()
        try bench.load(plugin)
        let session = bench.session()
        try session.begin()
        let rounds = flags == "0" ? 20_000 : 1_000_000
        var best = Int64.max
        for _ in 0..<5 {
            let start = Instant.now
            if flags == "0" {
                for _ in 0..<rounds { _ = session.run(.mail) }
            } else {
                for _ in 0..<rounds { _ = session.plugins.run(.mail) }
            }
            best = min(best, Instant.now.since(start))
        }
        print("speed: \(what): \(Double(best) / Double(rounds)) ns")
    }

    @Test func `memory of an idle session`() throws {
        let bench = Bench()
        func resident() throws -> Int {
            let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
            return (Int(text.split(separator: " ")[1]) ?? 0) * 4096
        }
        var sessions: [TestSession] = []
        for _ in 0..<2000 { sessions.append(bench.session()) }
        let before = try resident()
        for _ in 0..<20_000 {
            let session = bench.session()
            session.plugins.setRemoteHost("client.example.net")
            session.plugins.setHello("client.example.net", esmtp: true)
            sessions.append(session)
        }
        print("speed: an idle session takes \((try resident() - before) / 20_000) bytes")
    }
}
