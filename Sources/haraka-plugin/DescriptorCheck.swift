internal import PluginABI

/// Reads a plugin's descriptor as far as its struct_size says, and says what is wrong with it.
enum DescriptorCheck {
    /// The descriptor, with what its writer didn't know left empty; nil when no host could use it.
    static func read(_ pointer: UnsafePointer<hk_plugin>, _ recorder: Recorder) -> hk_plugin? {
        let size = unsafe Int(pointer.pointee.struct_size)
        guard unsafe size >= MemoryLayout<hk_plugin>.offset(of: \.start) ?? 0 else {
            let text = "its descriptor's struct_size is \(size), less than the part up to create"
            recorder.tell(.finding(.failure(text, fix: "Set it to sizeof(hk_plugin)")))
            return nil
        }
        var plugin = unsafe hk_plugin()
        unsafe withUnsafeMutableBytes(of: &plugin) { bytes in
            let known = unsafe UnsafeRawBufferPointer(start: pointer, count: min(size, bytes.count))
            unsafe bytes.copyMemory(from: known)
        }
        let descriptor = unsafe describe(plugin)
        recorder.tell(.descriptor(descriptor))
        let findings = unsafe versions(descriptor) + [identity(descriptor), functions(plugin)]
        for finding in findings { recorder.tell(.finding(finding)) }
        return findings.contains { $0.level == .failure } ? nil : unsafe plugin
    }

    private static func describe(_ plugin: hk_plugin) -> ProbeEvent.Descriptor {
        unsafe ProbeEvent.Descriptor(
            id: CText.string(plugin.id) ?? "",
            version: CText.string(plugin.version) ?? "",
            major: Int(plugin.abi_major),
            minor: Int(plugin.abi_minor),
            draft: Int(plugin.draft),
            flags: FlagNames.plugin(plugin.flags)
        )
    }

    private static func versions(_ plugin: ProbeEvent.Descriptor) -> [Finding] {
        [
            .require(
                plugin.major == Int(HK_ABI_MAJOR),
                "its descriptor is of ABI major \(plugin.major)",
                else: "its entry is of ABI major \(HK_ABI_MAJOR) and its descriptor of \(plugin.major)",
                fix: "Set abi_major to HK_ABI_MAJOR"
            ),
            .require(
                plugin.minor <= Int(HK_ABI_MINOR),
                "this host has all that it needs (minor \(plugin.minor))",
                else: "it needs a host of minor version \(plugin.minor) and this one has \(HK_ABI_MINOR)",
                fix: "Update the server, or return NULL from the entry when host_minor is too small"
            ),
            .require(
                plugin.draft == Int(HK_ABI_DRAFT),
                "it is built for draft \(plugin.draft) of the ABI",
                else: "it is built for draft \(plugin.draft) of the ABI and this host speaks \(HK_ABI_DRAFT)",
                fix: "Rebuild it with this server's SDK"
            ),
        ]
    }

    private static func identity(_ plugin: ProbeEvent.Descriptor) -> Finding {
        let isID =
            (1...127).contains(plugin.id.utf8.count)
            && plugin.id.allSatisfy { character in
                character.isASCII && (character.isLetter || character.isNumber || "._-".contains(character))
            }
        return .require(
            isID && !plugin.version.isEmpty,
            "it is \(plugin.id) \(plugin.version)",
            else: "its id \"\(plugin.id)\" or its version \"\(plugin.version)\" is not usable",
            fix: "An id has 1 to 127 of A-Z a-z 0-9 . _ -, as org.example.plugin; a version is not empty"
        )
    }

    private static func functions(_ plugin: hk_plugin) -> Finding {
        .require(
            unsafe plugin.create != nil,
            "it can be created",
            else: "its create is NULL",
            fix: "Give the descriptor a function create"
        )
    }
}
