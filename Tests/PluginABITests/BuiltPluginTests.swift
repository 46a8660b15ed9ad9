import Foundation
import Testing

/// The SDK's examples and the contract suite's plugins, built as an author builds them and run without a server.
@Suite(.serialized, .enabled(if: Tool.exists("cargo")), .timeLimit(.minutes(15))) struct BuiltPluginTests {
    /// One folder for all rows: building Swift plugins takes its time, and a second build only looks at dates.
    private static let built: Result<URL, BuildFailure> = build()

    private struct BuildFailure: Error { let outcome: Tool.Outcome }

    private static func build() -> Result<URL, BuildFailure> {
        let folder = Tool.repository.appending(path: ".build/contract-plugins")
        let sdk = Tool.repository.appending(path: "sdk/examples")
        let steps: [(String, [String])] = [
            (Tool.repository.appending(path: "Tests/Plugins/build").path, [folder.path]),
            ("make", ["-C", sdk.path + "/disposable-c"]),
            (
                "cargo",
                ["build", "--release", "--offline", "--manifest-path", sdk.path + "/disposable-rust/Cargo.toml"]
            ),
            ("swift", ["build", "-c", "release", "--package-path", sdk.path + "/disposable-swift"]),
            (
                "gcc",
                [
                    "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-I\(Tool.header)", "Tests/Plugins/driver.c", "-o",
                    folder.path + "/driver", "-rdynamic", "-ldl", "-pthread",
                ]
            ),
        ]
        for (program, arguments) in steps {
            let outcome = Tool.run(program, arguments)
            if outcome.status != 0 { return .failure(BuildFailure(outcome: outcome)) }
        }
        return .success(folder)
    }

    /// What the driver prints of one run, without the lines about registration.
    private func lines(_ plugin: String, user: String, _ config: [String] = [], times: Int = 0) throws -> [String] {
        let folder = try Self.built.get()
        let words = ["DRIVER_REPEAT=\(times)", folder.path + "/driver", plugin, user]
        let outcome = Tool.run("/usr/bin/env", words + config)
        try #require(outcome.status == 0, "\(outcome)")
        return outcome.output.split(separator: "\n").map(String.init).filter {
            !$0.hasPrefix("hook ") && $0 != "allocations 0"
        }
    }

    private static let disposables = [
        "disposable-c/disposable.so", "disposable-rust/target/release/libdisposable.so",
        "disposable-swift/.build/release/libdisposable.so",
    ]

    @Test(
        arguments: disposables,
        [
            ("user", ["verdict 900"]), ("user-2030123", ["verdict 900"]), ("user-2030123x", ["verdict 900"]),
            ("-20301231", ["verdict 900"]), ("", ["verdict 900"]), ("a-+9991231", ["verdict 900"]),
            ("user-99991231", ["user user", "verdict 900"]), ("a-b-99991231", ["user a-b", "verdict 900"]),
            ("user-20200101", ["reply 550 5.1.6 24 This address has expired", "verdict 902"]),
        ] as [(String, [String])]
    )
    func `a disposable address works until its day`(plugin: String, row: (user: String, says: [String])) throws {
        let path = Tool.repository.appending(path: "sdk/examples/" + plugin).path
        #expect(try lines(path, user: row.user) == ["create 0 "] + row.says)
    }

    @Test(arguments: disposables) func `a hook that has nothing to do allocates nothing`(plugin: String) throws {
        let path = Tool.repository.appending(path: "sdk/examples/" + plugin).path
        // The filter above drops the line only when it says 0.
        #expect(try lines(path, user: "alice", times: 1000) == ["create 0 ", "verdict 900"])
    }

    @Test(
        arguments: ["c", "swift", "rust"],
        [
            ("noop", ["create 0 ", "verdict 900"]),
            ("accept", ["create 0 ", "verdict 906"]),
            ("deny", ["create 0 ", "reply 550 5.7.1 16 contract says no", "verdict 902"]),
            ("zero", ["create 0 ", "verdict 0"]),
            ("refuses", ["create -11 contract: refuses, as contract.ini says"]),
            ("write", ["create 0 ", "user written", "verdict 906"]),
            ("leak", ["create 0 ", "log contract: retain 0", "verdict 906", "kept 1"]),
            ("early", ["create 0 ", "complete 0 906", "log contract: complete 0", "verdict 1000"]),
            ("thrice", ["create 0 ", "verdict 900", "verdict 900", "reply 550 5.7.1 6 -5 0 5", "verdict 902"]),
            (
                "twice",
                [
                    "create 0 ", "verdict 1000", "complete 0 906", "log contract: complete 0", "complete -3 902",
                    "log contract: second -3",
                ]
            ),
        ] as [(String, [String])]
    )
    func `a contract plugin does what its mode says`(language: String, row: (mode: String, says: [String])) throws {
        let path = try Self.built.get().path + "/contract-\(language).so"
        #expect(try lines(path, user: "bob", ["contract.ini:mode=\(row.mode)", "contract.ini:ms=300"]) == row.says)
    }

    @Test(arguments: ["swift", "rust"]) func `what is thrown is logged and 0`(language: String) throws {
        let path = try Self.built.get().path + "/contract-\(language).so"
        let said = try lines(path, user: "bob", ["contract.ini:mode=throws"])
        #expect(said.last == "verdict 0")
        #expect(said.contains { $0.hasPrefix("log hook rcpt failed: ") && $0.hasSuffix("thrown as told") })
    }

    @Test(arguments: ["contract-c", "contract-swift", "contract-rust", "notroot-c", "notroot-swift", "notroot-rust"])
    func `one symbol comes out, and none of the server goes in`(name: String) throws {
        let path = try Self.built.get().path + "/\(name).so"
        let exported = Tool.run("nm", ["-D", "--defined-only", "--extern-only", "--format=just-symbols", path])
        #expect(exported.output == "haraka_plugin_v1\n")
        let wanted = Tool.run("nm", ["-D", "--undefined-only", "--format=just-symbols", path])
        let unversioned = wanted.output.split(separator: "\n").filter { !$0.contains("@") }
        let weak: Set = ["_ITM_deregisterTMCloneTable", "_ITM_registerTMCloneTable", "__gmon_start__"]
        #expect(Set(unversioned.map(String.init)).subtracting(weak) == [])
    }
}
