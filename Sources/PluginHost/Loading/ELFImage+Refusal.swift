extension ELFImage {
    /// `e_machine` of the machine that this server was built for.
    public static var hostMachine: UInt16 {
        #if arch(x86_64)
        62
        #elseif arch(arm64)
        183
        #elseif arch(riscv64)
        243
        #else
        0
        #endif
    }

    /// The major version of the plugin ABI that this server speaks.
    public static let hostMajor = 1

    public static func name(ofMachine machine: UInt16) -> String {
        switch machine {
        case 3: "i386"
        case 40: "32-bit ARM"
        case 62: "x86_64"
        case 183: "aarch64"
        case 243: "riscv64"
        default: "machine number \(machine)"
        }
    }

    /// What keeps this image from being loaded as a plugin, if anything.
    public func refusal(of plugin: String) -> PluginRefusal? {
        guard let (reason, fix) = wrongKind ?? unsafeMapping ?? wrongEntry else { return nil }
        return PluginRefusal(.image, plugin: plugin, reason: reason, fix: fix)
    }

    private var wrongKind: (reason: String, fix: String)? {
        guard type == 3 else {
            return ("it is an ELF file of type \(type) and not a shared library", "Link it with -shared")
        }
        guard machine == Self.hostMachine else {
            let (its, ours) = (Self.name(ofMachine: machine), Self.name(ofMachine: Self.hostMachine))
            return ("it is built for \(its) and this machine is \(ours)", "Build it for \(ours)")
        }
        return nil
    }

    private var unsafeMapping: (reason: String, fix: String)? {
        if hasWritableCode {
            return ("one of its segments is writable and executable at once", "Link it without -N and -z rwx-segments")
        }
        if hasExecutableStack {
            return (
                "it asks for executable stacks",
                "Link it with -Wl,-z,noexecstack, and give its assembler files a .note.GNU-stack section"
            )
        }
        if hasTextRelocations {
            return ("its code must be changed when it is loaded (TEXTREL)", "Compile all of it with -fPIC")
        }
        return nil
    }

    private var wrongEntry: (reason: String, fix: String)? {
        if majors.contains(Self.hostMajor) { return nil }
        guard let other = majors.last else {
            return (
                "it does not export the function haraka_plugin_v\(Self.hostMajor)",
                "Declare it with HK_EXPORT as haraka_plugin.h does, in C++ inside extern \"C\""
            )
        }
        let age = other > Self.hostMajor ? "newer" : "older"
        return (
            "it speaks plugin ABI \(other) and needs \(age == "newer" ? "a newer" : "an older") host; this one speaks"
                + " \(Self.hostMajor)",
            age == "newer"
                ? "Update the server, or build the plugin with this server's SDK"
                : "Build it again with this server's SDK"
        )
    }
}
