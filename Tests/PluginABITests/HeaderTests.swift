import Foundation
import PluginABI
import Testing

@Suite struct HeaderTests {
    private static let compilers = [
        ["gcc", "-std=c11"], ["clang", "-std=c11"], ["clang", "-std=c23"], ["g++", "-x", "c++", "-std=c++17"],
        ["clang++", "-x", "c++", "-std=c++17"],
    ]

    private static let sources = [
        "Sources/PluginABI/include/haraka_plugin.h", "Sources/PluginABI/include/haraka_plugin_c.h",
        "sdk/examples/disposable-c/disposable.c", "Sources/PluginABI/abi.c",
    ]

    @Test(arguments: compilers, sources)
    func `the headers are clean in C11, C23 and C++17`(compiler: [String], source: String) throws {
        let isLock = source.hasSuffix("abi.c")
        if isLock && compiler.contains("c++") { return }  // the lock is C's _Static_assert
        try Tool.inFolder { folder in
            let file = folder.appending(path: "use.c")
            try "#include \"\(Tool.repository.appending(path: source).path)\"\n".write(
                to: file,
                atomically: true,
                encoding: .utf8
            )
            let flags = ["-D_DEFAULT_SOURCE", "-pedantic", "-Wall", "-Wextra", "-Werror", "-fsyntax-only"]
            let outcome = Tool.run(
                compiler[0],
                compiler.dropFirst() + flags + ["-I\(Tool.header)", file.path],
                in: folder
            )
            #expect(outcome.status == 0, "\(outcome)")
        }
    }

    @Test func `a moved field does not compile`() throws {
        try Tool.inFolder { folder in
            let header = try String(contentsOfFile: Tool.header + "/haraka_plugin.h", encoding: .utf8)
            let lock = Tool.repository.appending(path: "Sources/PluginABI/abi.c").path
            let inserted = header.replacingOccurrences(
                of: "    hk_str local_ip;\n",
                with: "    uint64_t inserted;\n    hk_str local_ip;\n"
            )
            #expect(inserted != header)
            for (text, compiles) in [(header, true), (inserted, false)] {
                try text.write(to: folder.appending(path: "haraka_plugin.h"), atomically: true, encoding: .utf8)
                try FileManager.default.removeItem(atPath: folder.path + "/abi.c", ifThere: true)
                try FileManager.default.copyItem(atPath: lock, toPath: folder.path + "/abi.c")
                let outcome = Tool.run("gcc", ["-std=c11", "-fsyntax-only", "-I.", "abi.c"], in: folder)
                #expect((outcome.status == 0) == compiles, "\(outcome)")
            }
        }
    }

    @Test func `Swift imports the contract without the C helpers`() {
        #expect(unsafe MemoryLayout<hk_str>.size == 16)
        #expect(HK_V_CONT == 900)
    }
}

extension FileManager {
    fileprivate func removeItem(atPath path: String, ifThere: Bool) throws {
        if fileExists(atPath: path) { try removeItem(atPath: path) }
    }
}
