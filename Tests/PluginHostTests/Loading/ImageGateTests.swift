import Glibc
import System
import Testing

@testable import PluginHost

@Suite struct ImageGateTests {
    private let bench: Workbench
    private let me = getuid()

    init() throws { bench = try Workbench() }

    private var gate: ImageGate { ImageGate(service: me, invoker: me) }

    /// A plugin in `plugins/` below the bench.
    private func plugin() throws -> String {
        try Files.makeDirectory(bench.path + "/plugins")
        let path = bench.path + "/plugins/p.so"
        try Files.replace(path, with: Files.read(bench.library("built.so")), mode: 0o755)
        return path
    }

    @Test func givesBytesDigestAndFacts() throws {
        let path = try plugin()
        let checked = try gate.check(path, plugin: "p")
        #expect(try checked.bytes == Files.read(path))
        #expect(checked.sha256 == SHA256.hash(of: checked.bytes))
        #expect(checked.image.majors == [1])
        #expect(checked.source == path)
    }

    @Test(arguments: [
        (0o755, true), (0o644, true), (0o500, true), (0o444, true), (0o775, false), (0o757, false), (0o666, false),
        (0o622, false),
    ])
    func obeysTheModeOfTheFile(mode: UInt32, isSafe: Bool) throws {
        let path = try plugin()
        try bench.changeMode(path, mode)
        try expect(isSafe, path, fix: "chmod go-w " + path)
    }

    @Test(arguments: [
        (0o755, true), (0o700, true), (0o775, false), (0o777, false), (0o1777, true), (0o1775, true), (0o757, false),
    ])
    func obeysTheModeOfTheFolder(mode: UInt32, isSafe: Bool) throws {
        let path = try plugin()
        try bench.changeMode(bench.path + "/plugins", mode)
        try expect(isSafe, path, fix: "chmod go-w " + bench.path + "/plugins")
    }

    @Test func obeysTheModeOfAFolderFarAbove() throws {
        let path = try plugin()
        try bench.changeMode(bench.path, 0o777)
        try expect(false, path, fix: "chmod go-w " + bench.path)
    }

    @Test(.enabled(if: getuid() == 0, "only root can give files away"), arguments: ["file", "folder", "link"])
    func trustsOnlyRootTheServiceAndTheInvoker(what: String) throws {
        var path = try plugin()
        let link = bench.path + "/plugins/link.so"
        try Files.makeLink(link, to: "p.so")
        if what == "link" { path = link }
        try bench.changeOwner(what == "folder" ? bench.path + "/plugins" : path, 4_242)
        let refusal = try #require(throws: PluginRefusal.self) {
            try ImageGate(service: 0, invoker: 0).check(path, plugin: "p")
        }
        #expect(refusal.reason.contains("user 4242") && refusal.fix.contains("chown"), "\(refusal)")
        #expect(throws: Never.self) { try ImageGate(service: 4_242, invoker: 0).check(path, plugin: "p") }
        #expect(throws: Never.self) { try ImageGate(service: 0, invoker: 4_242).check(path, plugin: "p") }
    }

    @Test func followsALinkWhenItsWholeTargetPasses() throws {
        let path = try plugin()
        try Files.makeDirectory(bench.path + "/real/deep")
        try Files.replace(bench.path + "/real/deep/t.so", with: Files.read(path), mode: 0o755)
        try Files.makeLink(bench.path + "/by-folder", to: "real/deep/../deep")
        try Files.makeLink(bench.path + "/plugins/l.so", to: bench.path + "/by-folder/t.so")
        let link = bench.path + "/plugins/l.so"
        try expect(true, link, fix: "")
        try bench.changeMode(bench.path + "/real", 0o777)
        try expect(false, link, fix: "chmod go-w " + bench.path + "/real")
    }

    @Test func refusesLinksInACircle() throws {
        try Files.makeLink(bench.path + "/a.so", to: "b.so")
        try Files.makeLink(bench.path + "/b.so", to: "a.so")
        let refusal = try #require(throws: PluginRefusal.self) { try gate.check(bench.path + "/a.so", plugin: "a") }
        #expect(refusal.reason.contains("circle"))
    }

    @Test func refusesWhatIsNoRegularFileWithoutWaitingForIt() throws {
        let pipe = bench.path + "/pipe.so"
        try #require(unsafe mkfifo(pipe, 0o600) == 0)
        for path in [pipe, bench.path, "/dev/null"] {
            let refusal = try #require(throws: PluginRefusal.self) { try gate.check(path, plugin: "p") }
            #expect(refusal.reason.contains("no regular file") || refusal.reason.contains("is a folder"), "\(refusal)")
        }
    }

    @Test func callsATruncatedFileWrittenHalf() throws {
        let path = try plugin()
        let bytes = try Files.read(path)
        try Files.replace(path, with: Array(bytes[..<(bytes.count / 2)]), mode: 0o755)
        let refusal = try #require(throws: PluginRefusal.self) { try gate.check(path, plugin: "p") }
        #expect(refusal.reason.contains("is not complete (") && refusal.reason.hasSuffix("): written half?"))
    }

    @Test func holdsTheFileToTheLock() throws {
        let path = try plugin()
        let digest = SHA256.hash(of: try Files.read(path))
        let right = try ImageLock(parsing: "# ours\n\(digest.uppercased())  p # checked\n\n")
        #expect(try gate.check(path, plugin: "p", lock: right).sha256 == digest)
        let wrong = try ImageLock(parsing: String(repeating: "0", count: 64) + " p")
        for (lock, reason) in [(wrong, "is not the one"), (try ImageLock(parsing: ""), "does not name it")] {
            let refusal = try #require(throws: PluginRefusal.self) { try gate.check(path, plugin: "p", lock: lock) }
            #expect(refusal.step == .lock && refusal.reason.contains(reason) && refusal.fix.contains(digest + " p"))
        }
    }

    @Test(arguments: ["abc p", String(repeating: "g", count: 64) + " p", String(repeating: "0", count: 64)])
    func refusesALockThatCannotBeRead(line: String) {
        #expect(throws: ImageLock.Malformed(line: 2)) { try ImageLock(parsing: "#\n" + line) }
    }

    private func expect(_ isSafe: Bool, _ path: String, fix: String) throws {
        if isSafe {
            #expect(throws: Never.self) { try gate.check(path, plugin: "p") }
        } else {
            let refusal = try #require(throws: PluginRefusal.self) { try gate.check(path, plugin: "p") }
            #expect(refusal.step == .open)
            #expect(refusal.fix.hasSuffix(fix), "\(refusal)")
        }
    }
}
