import System
import Testing

@testable import PluginHost

@Suite struct ELFImageTests {
    private let bench: Workbench

    init() throws { bench = try Workbench() }

    private func parse(_ bytes: [UInt8]) throws(ELFImage.Flaw) -> ELFImage { try ELFImage(parsing: bytes.span) }

    private func image(_ path: String) throws -> ELFImage {
        try parse(Files.read(path, limit: 64 << 20))
    }

    @Test func readsWhatTheLinkerWrote() throws {
        let source = """
            #include <math.h>
            extern int absent(void); extern int maybe(void) __attribute__((weak));
            int helper(double x) { return (int)cos(x) + absent() + (maybe ? maybe() : 0); }
            int __attribute__((visibility("hidden"))) secret(void) { return 1; }
            static int own(void) { return 2; }
            int (*table)(void) = own;
            \(Workbench.entry)
            """
        let flags = ["-lm", "-Wl,-rpath,$ORIGIN/lib:/opt/x", "-Wl,-soname,libown.so.1", "-Wl,--enable-new-dtags"]
        let image = try image(bench.library("plugin.so", source, flags: flags))
        #expect(image.type == 3)
        #expect(image.machine == ELFImage.hostMachine)
        #expect(image.soname == "libown.so.1")
        #expect(image.runpath == ["$ORIGIN/lib", "/opt/x"])
        #expect(image.needed.contains { $0.hasPrefix("libm.so") })
        #expect(Set(image.exported) == ["helper", "table", "haraka_plugin_v1"])
        #expect(image.undefined.contains("absent") && image.undefined.contains("cos"))
        #expect(image.undefinedWeak.contains("maybe") && !image.undefined.contains("maybe"))
        #expect(image.majors == [1])
        #expect(image.note == nil)
        #expect(image.refusal(of: "plugin") == nil)
    }

    @Test(arguments: ["gnu", "sysv", "both"])
    func countsSymbolsByEveryKindOfHashTable(style: String) throws {
        let functions = (0..<300).map { "int f\($0)(void) { return \($0); }" }.joined(separator: "\n")
        let flags = ["-Wl,--hash-style=" + style]
        let image = try image(bench.library("plugin.so", functions + "\n" + Workbench.entry, flags: flags))
        #expect(image.exported.count == 301)
        let empty = try self.image(
            bench.library(
                "empty.so",
                "int puts(const char *); static int f() { return puts(\"\"); } int (*p)()"
                    + " __attribute__((visibility(\"hidden\"))) = f;",
                flags: flags
            )
        )
        #expect(empty.exported.isEmpty && empty.undefined.contains("puts"))
    }

    struct Wrong: Sendable {
        let name: String
        let source: String
        let flags: [String]
        let reason: String
        let fix: String
    }

    static let wrongs = [
        Wrong(name: "no entry", source: "int f;", flags: [], reason: "does not export", fix: "HK_EXPORT"),
        Wrong(
            name: "hidden entry",
            source: Workbench.entry,
            flags: ["-fvisibility=hidden"],
            reason: "does not export",
            fix: "HK_EXPORT"
        ),
        Wrong(
            name: "entry is data",
            source: "int haraka_plugin_v1 = 3;",
            flags: [],
            reason: "does not export",
            fix: "HK_EXPORT"
        ),
        Wrong(
            name: "major 2",
            source: "int haraka_plugin_v2() { return 0; }",
            flags: [],
            reason: "needs a newer host",
            fix: "Update the server"
        ),
        Wrong(
            name: "major 0",
            source: "int haraka_plugin_v0() { return 0; }",
            flags: [],
            reason: "needs an older host",
            fix: "Build it again"
        ),
        Wrong(
            name: "executable stack",
            source: Workbench.entry,
            flags: ["-z", "execstack"],
            reason: "executable stacks",
            fix: "-z,noexecstack"
        ),
        Wrong(
            name: "writable code",
            source: Workbench.entry,
            flags: ["-Wl,-N", "-nostdlib"],
            reason: "writable and executable",
            fix: "without -N"
        ),
        Wrong(
            name: "program",
            source: Workbench.entry + " int main() { return 0; }",
            flags: ["-no-pie", "-Wl,--export-dynamic"],
            reason: "of type 2",
            fix: "-shared"
        ),
    ]

    @Test(arguments: wrongs)
    func refusesAnImageThatIsNotSafeToMap(wrong: Wrong) throws {
        let file = bench.path + "/plugin.so"
        try Files.replace(file + ".c", with: Array(wrong.source.utf8))
        let kind = wrong.name == "program" ? [] : ["-shared"]
        try bench.run(["cc", "-fPIC", "-o", file, file + ".c"] + kind + wrong.flags)
        let refusal = try #require(try image(file).refusal(of: "plugin"), "\(wrong.name)")
        #expect(refusal.step == .image)
        #expect(refusal.reason.contains(wrong.reason), "\(refusal)")
        #expect(refusal.fix.contains(wrong.fix), "\(refusal)")
    }

    #if arch(x86_64)
    @Test func refusesTextRelocations() throws {
        let code = """
            __asm__(".text\\n.globl shout\\nshout:\\n movabs $puts, %rax\\n ret\\n.section .note.GNU-stack\\n");
            """
        let file = try bench.library("plugin.so", code + Workbench.entry, flags: ["-Wl,-z,notext"])
        let refusal = try #require(try image(file).refusal(of: "plugin"))
        #expect(refusal.reason.contains("TEXTREL") && refusal.fix.contains("-fPIC"))
    }
    #endif

    @Test func findsTheNote() throws {
        let file = try bench.library("plugin.so")
        let note = try bench.write("note", "id=org.example")
        try bench.run(["objcopy", "--add-section", ".note.haraka=" + note, file])
        #expect(try image(file).note == Array("id=org.example".utf8))
    }

    @Test func acceptsAFileWithoutSectionHeaders() throws {
        var bytes = try Files.read(bench.library("plugin.so"))
        // e_shoff and e_shnum.
        for index in 40..<48 { bytes[index] = 0 }
        bytes[60] = 0
        bytes[61] = 0
        #expect(try parse(bytes).refusal(of: "plugin") == nil)
    }

    @Test func callsEveryTruncationIncomplete() throws {
        let bytes = try Files.read(bench.library("plugin.so"))
        let lengths = Array(0..<min(400, bytes.count)) + stride(from: 400, to: bytes.count, by: 37) + [bytes.count - 1]
        for length in lengths {
            let flaw = #expect(throws: ELFImage.Flaw.self, "\(length) bytes") { try parse(Array(bytes[..<length])) }
            guard case .incomplete = flaw else {
                Issue.record("\(length) bytes: \(String(describing: flaw))")
                continue
            }
        }
    }

    @Test func callsAFileWhoseEndIsStillZerosIncomplete() throws {
        let whole = try Files.read(bench.library("plugin.so"))
        for part in [0, 64, 1_000, whole.count / 2, whole.count - 2_000] {
            let bytes = whole[..<part] + [UInt8](repeating: 0, count: whole.count - part)
            #expect(throws: ELFImage.Flaw.self, "\(part) bytes and zeros") {
                try parse(Array(bytes))
            }
        }
    }

    @Test func survivesRandomMutations() throws {
        let original = try Files.read(bench.library("plugin.so", "int a, b; int c() { return 1; }" + Workbench.entry))
        var random = Seeded(state: 20_240_607)
        var parsed = 0
        for _ in 0..<3_000 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                // The headers and tables decide; most of the rest is not looked at.
                let end = Bool.random(using: &random) ? min(1_200, bytes.count) : bytes.count
                let place = Int.random(in: 0..<end, using: &random)
                bytes[place] = [0, 0xFF, 0x7F, .random(in: 0...255, using: &random)].randomElement(using: &random) ?? 0
            }
            if let image = try? parse(bytes) {
                parsed += 1
                _ = image.refusal(of: "plugin")
            }
        }
        // Otherwise nothing behind the first check was exercised.
        #expect(parsed > 300 && parsed < 3_000)
    }

    @Test func readsTheSeedsOfTheFuzzer() throws {
        let root = "/" + #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
        let entries = try FileDescriptor.open(root + "/Tests/Corpus/ELF", [.directory]).entries()
        for entry in entries {
            let image = try image(root + "/Tests/Corpus/ELF/" + entry.name)
            #expect(image.majors == [1], "\(entry.name)")
            #expect(!(image.exported + image.undefined + image.undefinedWeak).contains(""), "\(entry.name)")
        }
        #expect(entries.count >= 3)
    }

    @Test func readsTheLibrariesOfThisMachine() throws {
        for folder in ["/lib/x86_64-linux-gnu", "/lib/aarch64-linux-gnu"] {
            let entries = (try? FileDescriptor.open(folder, [.directory]).entries()) ?? []
            for entry in entries.filter({ $0.kind == .file && $0.name.contains(".so") }).prefix(60) {
                guard let bytes = try? Files.read(folder + "/" + entry.name, limit: 4 << 20) else { continue }
                guard bytes.starts(with: [0x7F, 0x45, 0x4C, 0x46]) else { continue }
                #expect(throws: Never.self, "\(entry.name)") { try parse(bytes) }
            }
        }
    }

    struct Foreign: Sendable {
        let start: String
        let reason: String
    }

    @Test(arguments: [
        Foreign(start: "exports.hook_rcpt = function () {}", reason: "text"),
        Foreign(start: "!<arch>\nlibx.o/", reason: "static library"),
        Foreign(start: "\u{7F}ELF\u{1}\u{1}\u{1}" + String(repeating: "\0", count: 80), reason: "32-bit"),
        Foreign(start: "\u{7F}ELF\u{2}\u{2}\u{1}" + String(repeating: "\0", count: 80), reason: "big-endian"),
        Foreign(start: "\u{1}\u{2}\u{3}\u{4}", reason: "no ELF file"),
    ])
    func tellsWhatAForeignFileIs(file: Foreign) {
        let bytes = Array(file.start.utf8)
        let refusal = #expect(throws: PluginRefusal.self) { try ImageGate.image(of: bytes, plugin: "p", file: "p.so") }
        #expect(refusal?.reason.contains(file.reason) == true, "\(String(describing: refusal))")
    }
}

/// A small generator whose numbers are the same in every run.
private struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
