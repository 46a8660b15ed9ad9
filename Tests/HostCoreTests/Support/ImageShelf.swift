import Foundation
import PluginHost
import Support
import Testing

/// Compiled images of ``Script/source``, one for each name.
final class ImageShelf: @unchecked Sendable {
    // Invariant: `images` is touched under the lock, which is one that thread sanitizer sees through.
    private let lock = NSLock()
    private var images: [String: StagedImage] = [:]
    private let folder: URL

    init() {
        folder = FileManager.default.temporaryDirectory.appending(path: "haraka-scripts-\(UUID().uuidString)")
        try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    func image(_ name: String) throws -> StagedImage {
        try lock.withLock {
            if let image = images[name] { return image }
            let image = try compile(name)
            images[name] = image
            return image
        }
    }

    private func compile(_ name: String) throws -> StagedImage {
        let stem = name.replacing("/", with: ".")
        let source = folder.appending(path: stem + ".c")
        let library = folder.appending(path: stem + ".so")
        try Data(Script.source.utf8).write(to: source)
        let arguments = [
            "-std=gnu11", "-O1", "-Wall", "-Wno-unused", "-Werror", "-shared", "-fPIC", "-I",
            Checkout.path("Sources/PluginABI/include"),
            "-DID=\"org.example.\(stem)\"", source.path, "-o", library.path, "-Wl,-z,now", "-lpthread",
        ]
        try Program.run("cc", arguments)
        return StagedImage(name: name, source: source.path, path: library.path, sha256: stem)
    }
}
