internal import PluginHost
internal import System

/// What can be said of a plugin's file without running its code.
struct StaticCheck {
    let path: String
    let bytes: [UInt8]
    let image: ELFImage
    let linkage: Linkage

    init(_ path: String) throws {
        do throws(SystemError) {
            self.path = try Files.canonical(path)
            bytes = try Files.read(path, limit: 512 << 20)
        } catch {
            throw Sentence("\(error).")
        }
        do {
            image = try ImageGate.image(of: bytes, plugin: path, file: path)
        } catch {
            throw Sentence("\(error.reason). \(error.fix).")
        }
        linkage = Linkage(of: image, at: self.path)
    }

    /// The part of the contract that the file alone decides; only the first when the image is not for this host.
    var findings: [Finding] {
        if let refusal = image.refusal(of: path) { return [.failure(refusal.reason, fix: refusal.fix)] }
        return [
            .ok("it is a shared library for \(ELFImage.name(ofMachine: image.machine)) that is safe to map"),
            exports,
            libraries,
            symbols,
        ] + searchPaths
    }

    private var exports: Finding {
        let others = image.exported.filter { $0 != "haraka_plugin_v1" }
        if others.isEmpty { return .ok("it exports haraka_plugin_v1 and nothing else") }
        return .warning(
            "it exports \(others.count) symbols beside haraka_plugin_v1: \(Self.list(others))",
            fix:
                "Compile with -fvisibility=hidden or link with a version script: { global: haraka_plugin_v1; local: *; };"
        )
    }

    private var libraries: Finding {
        .require(
            linkage.missing.isEmpty,
            "the libraries that it needs are here",
            else: "it needs libraries that are not here: \(Self.list(linkage.missing))",
            fix: "Install them, or link them in"
        )
    }

    private var symbols: Finding {
        .require(
            linkage.unresolved.isEmpty,
            "every symbol that it uses is in these libraries",
            else: "nobody provides \(Self.list(linkage.unresolved))",
            fix: "Link the library that has them; the server gives functions through hk_host only"
        )
    }

    private var searchPaths: [Finding] {
        let foreign = image.runpath.filter { !$0.hasPrefix("$ORIGIN") && !$0.hasPrefix("${ORIGIN}") }
        if foreign.isEmpty { return [] }
        return [
            .warning(
                "it looks for libraries in \(Self.list(foreign)), which other machines may not have",
                fix: "Link without -rpath; in Swift build with -static-stdlib as the template does"
            )
        ]
    }

    static func list(_ names: [String]) -> String {
        let shown = names.prefix(5).joined(separator: ", ")
        return names.count > 5 ? shown + " and \(names.count - 5) more" : shown
    }
}
