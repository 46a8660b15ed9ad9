import Foundation
import PluginHost
import Support
import Testing

/// A plugin in C, compiled while the tests run.
struct CPlugin {
    let name: String
    let image: StagedImage

    /// Why the tests of this room can't run here; nil when they can.
    static let missing: String? = {
        FileManager.default.isExecutableFile(atPath: "/usr/bin/cc")
            ? nil : "there is no C compiler at /usr/bin/cc: the tests of PluginHost are skipped"
    }()

    private static let folder: URL = {
        let folder = FileManager.default.temporaryDirectory.appending(path: "haraka-plugins-\(UUID().uuidString)")
        try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }()

    private static let include = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Sources/PluginABI/include").path

    /// Compiles a source that follows the prelude; defines become `-D` options, so one source makes several images.
    init(_ name: String, _ source: String, defines: [String] = [], withPrelude: Bool = true) throws {
        self.name = name
        let stem = UUID().uuidString
        let file = Self.folder.appending(path: stem + ".c")
        let library = Self.folder.appending(path: stem + ".so")
        let text = (withPrelude ? Prelude.text : "#include \"haraka_plugin.h\"\n") + source
        try Data(text.utf8).write(to: file)
        let arguments =
            ["-std=gnu11", "-O1", "-Werror=implicit-function-declaration", "-shared", "-fPIC", "-I", Self.include]
            + defines.map { "-D" + $0 } + [file.path, "-o", library.path, "-Wl,-z,now", "-lpthread"]
        try Program.run("cc", arguments)
        image = StagedImage(name: name, source: file.path, path: library.path, sha256: stem)
    }

    /// A function that the plugin exports for its test.
    @unsafe func function<Function>(_ symbol: String) throws -> Function {
        let handle = unsafe dlopen(image.path, RTLD_NOW | RTLD_NOLOAD)
        let address = unsafe try #require(dlsym(handle, symbol))
        return unsafe unsafeBitCast(address, to: Function.self)
    }

    /// Calls a function that the plugin exports for its test.
    @discardableResult
    func call(_ symbol: String, _ argument: UInt64 = 0) -> Int64 {
        typealias Function = @convention(c) (UInt64) -> Int64
        guard let handle = unsafe dlopen(image.path, RTLD_NOW | RTLD_NOLOAD),
            let address = unsafe dlsym(handle, symbol)
        else { preconditionFailure("\(name) has no \(symbol)") }
        return unsafe unsafeBitCast(address, to: Function.self)(argument)
    }
}
