import Foundation
import Glibc
import Mail
import Outbound
import SMTP
import System
import Testing
import Wire

/// Postfix's own receiver as the host.
@Suite struct SMTPSinkTests {
    private static let sink = "/usr/sbin/smtp-sink"

    @Test("Postfix's smtp-sink takes messages over one connection, byte for byte", arguments: [false, true])
    func sink(_ isLMTP: Bool) throws {
        guard FileManager.default.isExecutableFile(atPath: Self.sink) else {
            print(
                "SKIPPED: \(Self.sink) is not installed (apt-get install postfix), so couriers weren't tried with it."
            )
            return
        }
        let folder = FileManager.default.temporaryDirectory.appending(path: "sink-\(UUID().uuidString.prefix(8))").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = "\(folder)/socket"
        // Root has to become somebody, who then writes there.
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: folder)
        let account = geteuid() == 0 ? ["-u", "nobody"] : []
        let arguments = account + (isLMTP ? ["-L"] : []) + ["-d", "\(folder)/mail.", "unix:\(path)", "10"]
        let nowhere = try FileDescriptor.open("/dev/null", .write)
        var process: ChildProcess? = try ChildProcess(
            [Self.sink] + arguments,
            moving: [(from: nowhere.number, to: 1), (from: nowhere.number, to: 2)]
        )
        defer {
            if let process = process.take() {
                process.terminate()
                _ = process.wait()
            }
        }
        let street = try Street()
        let hop = try street.hop { hop in
            hop.target = .unix(path: path)
            hop.policy.isLMTP = isLMTP
        }
        let watcher = try #require(try firstReached(street, hop))
        #expect(watcher.allVerdicts.count == 4)
        #expect(watcher.allVerdicts.allSatisfy { $0.contains("delivered 250") }, "\(watcher.allVerdicts)")
        let mails = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasPrefix("mail.") }
        #expect(mails.count == 2)
        for mail in mails {
            let text = try String(contentsOfFile: "\(folder)/\(mail)", encoding: .utf8)
            #expect(text.contains("\n.dots\n..\nlast line\n"))
        }
    }

    /// The program takes a moment before it listens.
    private func firstReached(_ street: Street, _ hop: Hop) throws -> Watcher? {
        let limit = Date(timeIntervalSinceNow: 20)
        while Date() < limit {
            let watcher = Watcher()
            let courier = street.courier(hop, watcher)
            let envelope = try Street.envelope(to: 2)
            #expect(courier.deliver(envelope, CourierTests.message))
            courier.begin()
            guard watcher.waits(forVerdicts: 2) else { continue }
            if case .unreachable? = watcher.allFaults[0] { continue }
            guard watcher.waits(forReady: 1) else { return watcher }
            #expect(courier.deliver(envelope, CourierTests.message))
            #expect(watcher.waits(forVerdicts: 4))
            courier.quit()
            #expect(watcher.waitForEnd()?.setback == nil)
            return watcher
        }
        return nil
    }
}
