import System
import Testing

/// From an empty folder to a plugin in a service, in each language.
@Suite struct NewTests {
    private let bench: ToolBench
    private let sdk = ToolBench.root + "/sdk"

    init() throws { bench = try ToolBench() }

    @Test(arguments: ["rcpt_to.disposable", "queue/mine", "hook"])
    func makesAPluginInC(name: String) throws { try makeAndInstall(name, "c") }

    @Test(.enabled(if: ToolBench.has("cargo"), "cargo is not installed"))
    func makesAPluginInRust() throws { try makeAndInstall("queue/mine", "rust") }

    @Test func makesAPluginInSwift() throws { try makeAndInstall("hello", "swift") }

    private func makeAndInstall(_ name: String, _ language: String) throws {
        let folder = bench.path + "/" + name.split(separator: "/").joined(separator: ".")
        let new = try bench.tool("new", name, "--language", language, "--directory", folder, "--sdk", sdk)
        #expect(new.code == 0, "\(new.err)")
        #expect(new.out.contains("haraka-plugin build --directory " + folder))
        #expect(new.out.contains("--name \(name) --enable"))
        let built = try bench.tool("build", "--directory", folder)
        try #require(built.code == 0, "\(built.out) \(built.err)")
        let file = try #require(built.out.split(separator: "\n").first.map(String.init))
        #expect(file.hasPrefix(folder) && file.hasSuffix(".so"))
        let checked = try bench.tool("check", file)
        #expect(checked.code == 0 && checked.out.contains(" 0 warnings, 0 failures"), "\(checked.out) \(checked.err)")
        let service = try bench.service()
        let installed = try bench.tool("install", file, "-c", service, "--name", name, "--enable")
        #expect(installed.code == 0, "\(installed.err)")
        #expect(try Files.read(service + "/plugins/" + name + ".so") == Files.read(file))
        #expect(try bench.text(service + "/config/plugins") == name + "\n")
    }

    @Test func writesOverNothing() throws {
        let folder = bench.path + "/there"
        try Files.makeDirectory(folder)
        try Files.replace(folder + "/plugin.c", with: Array("mine".utf8))
        let outcome = try bench.tool("new", "x", "--language", "c", "--directory", folder, "--sdk", sdk)
        #expect(outcome.code == 1 && outcome.err.contains("is there already"))
        #expect(try bench.text(folder + "/plugin.c") == "mine")
        #expect(try FileDescriptor.open(folder, [.directory]).entries().count == 1)
    }

    @Test(arguments: ["../x", "/x", "a b", "x.so", ""])
    func refusesWhatIsNoName(name: String) throws {
        let outcome = try bench.tool("new", name, "--directory", bench.path + "/new", "--sdk", sdk)
        #expect(outcome.code == 1 && outcome.err.contains("is no name for a plugin"), "\(outcome.err)")
        #expect(!Files.canRead(bench.path + "/new"))
    }

    @Test func saysWhereAnSDKWasExpected() throws {
        let outcome = try bench.tool("new", "x", "--sdk", bench.path)
        #expect(outcome.code == 1 && outcome.err.contains("is no SDK"))
    }

    @Test func saysThatAFolderHasNothingToBuild() throws {
        let outcome = try bench.tool("build", "--directory", bench.path)
        #expect(outcome.code == 1 && outcome.err.contains("is no plugin's folder"))
    }

    @Test func passesAFailedBuildOn() throws {
        try Files.replace(bench.path + "/Makefile", with: Array("all:\n\t@echo compiler says no; false\n".utf8))
        let outcome = try bench.tool("build", "--directory", bench.path)
        #expect(
            outcome.code == 1 && outcome.err.contains("compiler says no") && outcome.err.contains("failed: exit code 2")
        )
        #expect(outcome.out.isEmpty)
    }
}
