internal import Hooks
internal import PluginABI

/// The table haraka.hooks/1: registering and describing hooks.
enum HooksExtension {
    nonisolated(unsafe) static let table = unsafe Text.forever(
        hk_ext_hooks(
            struct_size: UInt32(MemoryLayout<hk_ext_hooks>.size),
            reserved: 0,
            add: { context, hook in unsafe HostTable.serve(context) { unsafe add(hook, for: $0) } },
            describe: { context, name, sink in
                unsafe HostTable.serve(context) { _ in
                    guard let name = unsafe name else { return Status.invalid }
                    guard let hook = unsafe Hook(named: String(cString: name)) else { return Status.notFound }
                    return unsafe Text.write(HookDescription.json(of: hook), to: sink)
                }
            }
        )
    )

    /// A plugin that adds more has lost count.
    static let limit = 1000

    private static let flags = Int(HK_HF_MAY_PEND) | Int(HK_HF_OBSERVE) | Int(HK_HF_OPTIONAL) | Int(HK_HF_INLINE)

    private static func add(_ given: UnsafePointer<hk_hook>?, for instance: PluginInstance) -> hk_status {
        guard let given = unsafe given else { return Status.invalid }
        guard instance.phase == .beginning else { return Status.phase }
        var description = unsafe hk_hook()
        let size = unsafe Int(given.pointee.struct_size)
        let needed = unsafe MemoryLayout<hk_hook>.offset(of: \.cancel) ?? 0
        guard size >= needed else { return complain(instance, "hooks.add: struct_size \(size)", Status.invalid) }
        unsafe withUnsafeMutableBytes(of: &description) { copy in
            unsafe copy.copyMemory(from: UnsafeRawBufferPointer(start: given, count: min(size, copy.count)))
        }
        return unsafe add(description, for: instance)
    }

    private static func add(_ description: hk_hook, for instance: PluginInstance) -> hk_status {
        guard let name = unsafe description.hook.map({ unsafe String(cString: $0) }),
            let signatureText = unsafe description.signature.map({ unsafe String(cString: $0) }),
            let function = unsafe description.fn
        else { return complain(instance, "hooks.add: hook, signature or fn is NULL", Status.invalid) }
        let given = unsafe Int(description.flags)
        guard let hook = Hook(named: name) else {
            if given & Int(HK_HF_OPTIONAL) != 0 { return Status.ok }
            return complain(instance, "there is no hook \"\(name)\"", Status.notFound)
        }
        if let fault = unsafe fault(description, given, instance) {
            return complain(instance, "hook \(name): \(fault)", Status.invalid)
        }
        if needsSecret(hook), !instance.isGranted("auth.secret") {
            return complain(instance, "hook \(name) needs the capability auth.secret", Status.denied)
        }
        let signature: Signature
        do throws(Signature.Fault) {
            signature = try Signature(signatureText, for: hook)
        } catch {
            return complain(instance, "hook \(name), signature \(signatureText): \(error.reason)", Status.signature)
        }
        guard let plan = CallPlan(signature, function: function) else { return Status.failed }
        guard instance.registrations.count < limit else { return Status.limit }
        instance.register(
            unsafe Registration(instance: instance, hook: hook, signature: signature, plan: plan, description)
        )
        return Status.ok
    }

    private static func fault(_ description: hk_hook, _ given: Int, _ instance: PluginInstance) -> String? {
        guard given & ~flags == 0 else { return "unknown flags" }
        guard unsafe (-100...100).contains(description.priority) else { return "the priority is not in -100 ... 100" }
        if given & Int(HK_HF_INLINE) != 0, instance.descriptor.isSerial { return "HK_HF_INLINE in a SERIAL plugin" }
        return nil
    }

    private static func needsSecret(_ hook: Hook) -> Bool {
        hook == .authLookup || hook == .authVerify || hook == .authToken
    }

    private static func complain(_ instance: PluginInstance, _ text: String, _ status: hk_status) -> hk_status {
        instance.complain(text)
        return status
    }
}
