import Foundation
import Outbound
import Testing

@testable import HostCore

/// Each key of `outbound.ini` that says when and how fast mail goes out, and of `outbound.routes.ini` the limits.
@Suite struct OutboundSettingsTests {
    struct Row: Sendable, CustomTestStringConvertible {
        /// `section.key`, or a key of `[main]`.
        let key: String
        let usual: String
        let good: String
        let read: String
        let bad: [String]

        var testDescription: String { key }

        /// The file that sets it, and the line that does.
        func file(_ value: String) -> (text: String, line: Int) {
            let parts = key.split(separator: ".")
            guard parts.count == 2 else { return ("\n\(key)=\(value)\n", 2) }
            return ("; first\n[\(parts[0])]\n\(parts[1])=\(value)\n", 3)
        }
    }

    private static func shown(_ key: String, _ outbound: OutboundSettings) -> String {
        let runner = outbound.runner
        return switch key {
        case "disabled": "\(runner.isDisabled)"
        case "concurrency_max": "\(runner.concurrency)"
        case "concurrency_per_destination": "\(runner.concurrencyPerDestination)"
        case "concurrency_per_host": "\(runner.concurrencyPerHost)"
        case "rate": shown(runner.rate)
        case "maxTempFailures": "\(runner.maxFailures)"
        case "temp_fail_intervals": "\(runner.schedule.intervals.map { $0.components.seconds })"
        case "max_age": "\(runner.longestAge.components.seconds)"
        case "connect_timeout": "\(outbound.routing.connectTimeout.components.seconds)"
        case "enable_tls": "\(outbound.routing.usesTLS)"
        case "delay_notice": outbound.delayNotice.map { "\($0.components.seconds)" } ?? "none"
        case "bounce_size_limit": "\(outbound.returnedBytes)"
        case "deleted_keep": "\(outbound.deletedKeep.components.seconds)"
        case "mta_sts.enabled": "\(outbound.routing.usesPolicies)"
        case "mta_sts.port": "\(outbound.policyPort)"
        case "tls_reports.delay": "\(outbound.reports.delay.components.seconds)"
        case "tls_reports.private_hosts": "\(outbound.reports.postsAnywhere)"
        default: "?"
        }
    }

    private static func shown(_ rate: DeliveryRate?) -> String {
        guard let rate, rate.isLimited else { return rate == nil ? "nil" : "none" }
        return "\(rate.messages) in \(rate.interval.components.seconds)"
    }

    private static let usualWaits = "[64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768, 65536, 131072]"
    private static let badRates = ["10", "0/s", "10/d", "-1/s", "1.5/s", "1000001/s", "fast", "10/s/m"]

    static let rows = [
        Row(key: "disabled", usual: "false", good: "yes", read: "true", bad: ["perhaps", "2"]),
        Row(key: "concurrency_max", usual: "100", good: "7", read: "7", bad: ["0", "100001", "-1", "ten", "1.5"]),
        Row(key: "concurrency_per_destination", usual: "10", good: "3", read: "3", bad: ["0", "10001", "many"]),
        Row(key: "concurrency_per_host", usual: "20", good: "10000", read: "10000", bad: ["0", "10001", "x"]),
        Row(key: "rate", usual: "none", good: "100/m", read: "100 in 60", bad: badRates),
        Row(key: "maxTempFailures", usual: "13", good: "1", read: "1", bad: ["0", "1001", "never"]),
        Row(
            key: "temp_fail_intervals",
            usual: usualWaits,
            good: "5m*2, 1h, 1d",
            read: "[300, 300, 3600, 86400]",
            bad: ["5", "4s", "5m*0", "5m,,1h", "5m*1001", "soon"]
        ),
        Row(key: "max_age", usual: "432000", good: "2d", read: "172800", bad: ["59", "0", "366d", "old"]),
        Row(key: "connect_timeout", usual: "30", good: "5", read: "5", bad: ["0", "3601", "long"]),
        Row(key: "enable_tls", usual: "true", good: "false", read: "false", bad: ["maybe"]),
        Row(key: "delay_notice", usual: "14400", good: "none", read: "none", bad: ["0", "soon", "366d"]),
        Row(key: "bounce_size_limit", usual: "50000", good: "0", read: "0", bad: ["-1", "1000001", "50k"]),
        Row(key: "deleted_keep", usual: "604800", good: "0", read: "0", bad: ["-1", "366d", "long"]),
        Row(key: "mta_sts.enabled", usual: "true", good: "no", read: "false", bad: ["x"]),
        Row(key: "mta_sts.port", usual: "443", good: "8443", read: "8443", bad: ["0", "65536", "https"]),
        Row(key: "tls_reports.delay", usual: "14400", good: "0", read: "0", bad: ["24h", "-1", "late"]),
        Row(key: "tls_reports.private_hosts", usual: "false", good: "true", read: "true", bad: ["10.0.0.0/8"]),
    ]

    @Test(arguments: rows)
    func `A key has its default, and the value that it is given`(row: Row) throws {
        #expect(Self.shown(row.key, try Service().configuration().outbound) == row.usual)
        let configuration = try Service(["outbound.ini": row.file(row.good).text]).configuration()
        #expect(Self.shown(row.key, configuration.outbound) == row.read)
        #expect(configuration.problems.isEmpty)
    }

    @Test(arguments: rows)
    func `A value that a key can't have is refused, with its file and line`(row: Row) throws {
        for value in row.bad {
            let (text, line) = row.file(value)
            let service = try Service(["outbound.ini": text])
            let errors = try service.errors()
            #expect(errors.count == 1, "\(row.key)=\(value)")
            #expect(errors.first?.hasPrefix("config/outbound.ini:\(line): ") == true, "\(errors)")
            #expect(errors.first?.contains("must be") == true, "\(errors)")
            #expect(throws: StartError.self) { try service.configuration() }
        }
    }

    @Test func `The shipped file names each of these keys with its default`() throws {
        let shipped = try String(contentsOfFile: Checkout.path("config/outbound.ini"), encoding: .utf8)
        for row in Self.rows {
            let key = row.key.split(separator: ".").last ?? ""
            #expect(shipped.contains("\n; \(key)="), "\(row.key)")
        }
    }

    @Test func `A route's limits are its own, and the others' are the usual`() throws {
        let table = "[x.example]\nconcurrency=2\nrate=10/s\n[y.example]\nhost=z.example\n"
        let service = try Service(["outbound.routes.ini": table])
        let routes = try service.configuration().outbound.runner.routes
        #expect(routes["x.example"].concurrency == 2 && Self.shown(routes["x.example"].rate) == "10 in 1")
        for other in ["y.example", "w.example"] {
            #expect(routes[other].concurrency == nil && Self.shown(routes[other].rate) == "nil")
        }
    }

    @Test(arguments: [("concurrency", ["0", "10001", "two"]), ("rate", badRates)])
    func `A limit that a route can't have is refused, with its file and line`(key: String, bad: [String]) throws {
        for value in bad {
            let errors = try Service(["outbound.routes.ini": "[x.example]\nhost=y.example\n\(key)=\(value)\n"]).errors()
            #expect(errors.count == 1, "\(key)=\(value)")
            #expect(errors.first?.hasPrefix("config/outbound.routes.ini:3: ") == true, "\(errors)")
        }
    }
}
