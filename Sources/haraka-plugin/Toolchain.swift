internal import PluginHost
internal import System

/// How the source of a plugin in a folder becomes a shared library.
enum Toolchain: CaseIterable {
    case swift, cargo, make

    var mark: String {
        switch self {
        case .swift: "Package.swift"
        case .cargo: "Cargo.toml"
        case .make: "Makefile"
        }
    }

    static func of(_ folder: String) throws -> Toolchain {
        let found = allCases.first { (try? FileFacts.of(folder + "/" + $0.mark)) != nil }
        if let found { return found }
        let marks = allCases.map(\.mark).joined(separator: ", ")
        throw Sentence("\(folder) is no plugin's folder: it has none of \(marks).")
    }

    private func command(_ folder: String) -> [String] {
        switch self {
        case .swift: ["swift", "build", "-c", "release", "--package-path", folder]
        case .cargo: ["cargo", "build", "--release", "--manifest-path", folder + "/Cargo.toml"]
        case .make: ["make", "-C", folder]
        }
    }

    private func products(_ folder: String) throws -> String {
        switch self {
        case .swift: try ChildProcess.output(of: command(folder) + ["--show-bin-path"])
        case .cargo: folder + "/target/release"
        case .make: folder
        }
    }

    /// Builds and gives the path of the one shared library that is a plugin.
    func build(_ folder: String) throws -> String {
        let words = command(folder)
        let end = try ChildProcess.run(words)
        guard end == .exited(0) else { throw Sentence("\"\(words.joined(separator: " "))\" failed: \(end).") }
        let place = try products(folder)
        let found = try Self.plugins(in: place) + (self == .make ? Self.plugins(in: place + "/build") : [])
        switch found.count {
        case 1: return found[0]
        case 0: throw Sentence("The build made no shared library in \(place) that exports haraka_plugin_v1.")
        default: throw Sentence("The build made several plugins: \(found.joined(separator: ", ")); check one of them.")
        }
    }

    private static func plugins(in folder: String) throws -> [String] {
        guard let files = try? FileDescriptor.open(folder, [.directory]).entries() else { return [] }
        return files.filter { $0.kind == .file && $0.name.hasSuffix(".so") }.map { folder + "/" + $0.name }.filter {
            path in
            guard let bytes = try? Files.read(path, limit: 512 << 20) else { return false }
            return (try? ImageGate.image(of: bytes, plugin: path, file: path))?.majors.isEmpty == false
        }
    }
}
