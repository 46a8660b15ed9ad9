internal import PluginHost
internal import System

/// Which libraries the loader would open for an image, and which symbols none of them has.
struct Linkage {
    private(set) var missing: [String] = []
    private(set) var unresolved: [String] = []

    /// Reads the needed libraries, and theirs, as files; runs nothing.
    init(of image: ELFImage, at path: String) {
        var provided = Set(image.exported)
        var seen: Set<String> = []
        var waiting = [(image, path)]
        while let (image, path) = waiting.popLast() {
            for name in image.needed where seen.insert(name).inserted {
                guard let library = Self.open(name, for: image, at: path) else {
                    missing.append(name)
                    continue
                }
                provided.formUnion(library.image.exported)
                waiting.append(library)
            }
        }
        unresolved = image.undefined.filter { !provided.contains($0) }
    }

    private static func open(_ name: String, for image: ELFImage, at path: String) -> (image: ELFImage, path: String)? {
        let candidates = name.contains("/") ? [name] : folders(of: image, at: path).map { $0 + "/" + name }
        for candidate in candidates {
            guard let whole = try? Files.canonical(candidate), let bytes = try? Files.read(whole, limit: 512 << 20)
            else {
                continue
            }
            guard let found = try? ImageGate.image(of: bytes, plugin: name, file: whole), found.machine == image.machine
            else {
                continue
            }
            return (found, whole)
        }
        return nil
    }

    private static func folders(of image: ELFImage, at path: String) -> [String] {
        let origin = Files.split(path).folder
        let own = image.runpath.map { entry in
            ["${ORIGIN}", "$ORIGIN"].first(where: entry.hasPrefix).map { origin + entry.dropFirst($0.count) } ?? entry
        }
        let added = Environment.value("LD_LIBRARY_PATH") ?? ""
        return own + added.split(separator: ":").map(String.init) + systemFolders
    }

    private static let systemFolders: [String] = {
        let machine = ELFImage.name(ofMachine: ELFImage.hostMachine)
        let usual = [
            "/lib/\(machine)-linux-gnu", "/usr/lib/\(machine)-linux-gnu", "/lib64", "/usr/lib64", "/lib", "/usr/lib",
        ]
        return configured("/etc/ld.so.conf.d") + usual + ["/usr/local/lib"]
    }()

    /// The folders that the administrator has added to the loader's.
    private static func configured(_ folder: String) -> [String] {
        guard let files = try? FileDescriptor.open(folder, [.directory]).entries() else { return [] }
        return files.filter { $0.name.hasSuffix(".conf") }.flatMap { file in
            let text = (try? Files.read(folder + "/" + file.name)) ?? []
            return String(decoding: text, as: UTF8.self).split(whereSeparator: \.isNewline).map(String.init)
                .filter { $0.hasPrefix("/") }
        }
    }
}
