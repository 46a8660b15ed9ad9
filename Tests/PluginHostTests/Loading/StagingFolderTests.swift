import Glibc
import System
import Testing

@testable import PluginHost

@Suite struct StagingFolderTests {
    private let bench: Workbench
    private let checked: CheckedImage

    init() throws {
        bench = try Workbench()
        let file = try bench.library("p.so")
        checked = try ImageGate(service: getuid(), invoker: getuid()).check(file, plugin: "queue/p")
    }

    private var folder: StagingFolder { StagingFolder(bench.path + "/plugins") }

    @Test func writesTheBytesForTheServerAlone() throws {
        let staged = try folder.stage(checked)
        #expect(staged.path == bench.path + "/plugins/queue.p." + checked.sha256 + ".so")
        #expect(staged.name == "queue/p" && staged.sha256 == checked.sha256 && staged.source == checked.source)
        #expect(try Files.read(staged.path) == checked.bytes)
        #expect(try FileFacts.of(staged.path).mode == 0o500)
        #expect(try FileFacts.of(bench.path + "/plugins").mode == 0o700)
        #expect(try names() == ["queue.p." + checked.sha256 + ".so"])
    }

    @Test func usesAnEqualImageAgain() throws {
        let first = try FileFacts.of(folder.stage(checked).path)
        let second = try FileFacts.of(folder.stage(checked).path)
        #expect(first == second)
    }

    @Test(arguments: ["content", "mode", "cut", "link"])
    func replacesAnImageThatWasTamperedWith(how: String) throws {
        let path = try folder.stage(checked).path
        switch how {
        case "content":
            var bytes = checked.bytes
            bytes[bytes.count / 2] ^= 1
            try Files.replace(path, with: bytes, mode: 0o500)
        case "cut": try Files.replace(path, with: Array(checked.bytes.prefix(100)), mode: 0o500)
        case "mode": try bench.changeMode(path, 0o755)
        default:
            try Files.remove(path)
            try Files.makeLink(path, to: bench.path + "/p.so")
        }
        let before = try FileFacts.of(path, followingLinks: false)
        #expect(try folder.stage(checked).path == path)
        let after = try FileFacts.of(path, followingLinks: false)
        #expect(try Files.read(path) == checked.bytes)
        #expect(after.kind == .file && after.mode == 0o500)
        // Never written in place: another process may run the old one.
        #expect(after.inode != before.inode)
    }

    @Test func refusesAFolderThatOthersCanUse() throws {
        try Files.makeDirectory(bench.path + "/plugins")
        try bench.changeMode(bench.path + "/plugins", 0o755)
        let refusal = try #require(throws: PluginRefusal.self) { try folder.stage(checked) }
        #expect(refusal.step == .stage && refusal.reason.contains("not the server's own folder"))
    }

    @Test func saysWhatIsMissingWhenItCannotWrite() throws {
        let refusal = try #require(throws: PluginRefusal.self) { try StagingFolder("/nowhere/plugins").stage(checked) }
        #expect(refusal.reason.contains("/nowhere") && refusal.fix.contains("/nowhere/plugins"))
    }

    @Test func sweepsOldImagesButNotThoseThatAreMappedOrKept() throws {
        let kept = try folder.stage(checked)
        let zeros = String(repeating: "0", count: 64)
        _ = try bench.write("plugins/queue.p.\(zeros).so")
        _ = try bench.write("plugins/queue.p.\(zeros).2.so")
        _ = try bench.write("plugins/.queue.p.\(zeros).so.abcdefgh")
        _ = try bench.write("plugins/notes.txt")
        let mapped = try bench.write("plugins/other.\(zeros).so", "mapped")
        let file = try FileDescriptor.open(mapped)
        let memory = unsafe mmap(nil, 6, PROT_READ, MAP_PRIVATE, file.number, 0)
        defer { unsafe munmap(memory, 6) }
        #expect(
            folder.sweep(keeping: [kept]) == [
                ".queue.p.\(zeros).so.abcdefgh", "queue.p.\(zeros).2.so", "queue.p.\(zeros).so",
            ]
        )
        #expect(try names() == ["notes.txt", "other.\(zeros).so", "queue.p." + checked.sha256 + ".so"])
        #expect(folder.sweep(keeping: []) == ["queue.p." + checked.sha256 + ".so"])
    }

    private func names() throws -> [String] {
        try FileDescriptor.open(bench.path + "/plugins", [.directory]).entries().map(\.name)
    }
}
