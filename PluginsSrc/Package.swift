// swift-tools-version: 6.2
import PackageDescription

let abi: Target.Dependency = .product(name: "PluginABI", package: "haraka-sdk")
let kit: Target.Dependency = .product(name: "PluginKit", package: "haraka-sdk")

/// One folder is one plugin.
///
/// Its code is a module that the tests import; the entry symbol is a target of its own,
/// because a test program holds all plugins and can have only one `haraka_plugin_v1`.
let plugins: [(folder: String, module: String, shares: [Target.Dependency])] = [
    ("rcpt_to.in_host_list", "InHostList", ["LocalDomains", "Settings"]),
    ("queue.maildir", "QueueMaildir", ["Disk", "LineEndings", "LocalDomains", "Settings"]),
    ("queue.discard", "QueueDiscard", ["Settings"]),
    ("queue.test", "QueueTest", ["Disk", "Settings"]),
    ("queue.qmail-queue", "QueueQmailQueue", ["CProgram", "LineEndings", "Settings"]),
    ("queue.quarantine", "QueueQuarantine", ["Disk", "LineEndings", "Settings"]),
    ("queue.smtp_proxy", "QueueSMTPProxy", ["Backend", "Settings"]),
    ("queue.smtp_forward", "QueueSMTPForward", ["Backend", "Handover", "LocalDomains", "Settings"]),
    ("queue.smtp_bridge", "QueueSMTPBridge", ["Backend", "Handover", "Settings"]),
    ("queue.lmtp", "QueueLMTP", ["Backend", "Handover", "LocalDomains", "Settings"]),
    ("queue.deliver", "QueueDeliver", ["Handover"]),
    ("relay", "Relay", ["Networks", "Settings"]),
    ("auth.flat_file", "AuthFlatFile", ["CPasswords", "Settings"]),
    ("xclient", "XClient", ["Networks", "Settings"]),
    ("auth.auth_proxy", "AuthProxy", ["Backend", "Settings"]),
    ("auth.auth_bridge", "AuthBridge", ["Backend", "Settings"]),
]

/// Those without files of their own in `config/`.
let shipsNothing = ["auth.auth_bridge", "queue.deliver"]

let package = Package(
    name: "haraka-plugins",
    dependencies: [.package(name: "haraka-sdk", path: "../sdk")],
    targets: [
        .target(name: "COpenBeneath", path: "Shared/COpenBeneath"),
        .target(
            name: "CPasswords",
            path: "Shared/CPasswords",
            linkerSettings: [.linkedLibrary("crypt"), .linkedLibrary("crypto")]
        ),
        .target(name: "CProgram", path: "Shared/CProgram"),
        .target(name: "Backend", dependencies: [kit, "Settings"], path: "Shared/Backend"),
        .target(name: "Handover", dependencies: ["Backend", kit], path: "Shared/Handover"),
        .target(name: "LineEndings", path: "Shared/LineEndings"),
        .target(name: "Disk", dependencies: ["COpenBeneath"], path: "Shared/Disk"),
        .target(name: "Settings", dependencies: [kit], path: "Shared/Settings"),
        .target(name: "Networks", dependencies: [kit, "Settings"], path: "Shared/Networks"),
        .target(name: "LocalDomains", dependencies: [kit, "Settings"], path: "Shared/LocalDomains"),

        .target(name: "FakeHost", dependencies: [abi, kit], path: "Tests/FakeHost"),
        .target(name: "RemoteScript", dependencies: ["Backend", kit], path: "Tests/RemoteScript"),
        .testTarget(name: "BackendTests", dependencies: ["Backend", "FakeHost", "RemoteScript", "Settings", kit]),
        .testTarget(name: "HandoverTests", dependencies: ["Handover", kit]),
        .testTarget(name: "ProgramTests", dependencies: ["CProgram"]),
        .testTarget(name: "DiskTests", dependencies: ["Disk"]),
        .testTarget(name: "NetworksTests", dependencies: ["Networks"]),
        .testTarget(name: "LocalDomainsTests", dependencies: ["LocalDomains"]),
        .testTarget(name: "SettingsTests", dependencies: ["Settings"]),
        .testTarget(name: "SharedObjectsTests", dependencies: ["FakeHost", abi]),
    ]
)

for plugin in plugins {
    let map = "\(Context.packageDirectory)/exports.map"
    package.products.append(.library(name: plugin.folder, type: .dynamic, targets: [plugin.folder]))
    package.targets += [
        .target(
            name: plugin.module,
            dependencies: [kit] + plugin.shares,
            path: plugin.folder,
            exclude: ["Entry", "README.md"] + (shipsNothing.contains(plugin.folder) ? [] : ["config"])
        ),
        .target(
            name: plugin.folder,
            dependencies: [abi, kit, .target(name: plugin.module)],
            path: "\(plugin.folder)/Entry",
            linkerSettings: [
                // Gold, the default, leaves local names in .dynsym and counts libraries as needed that are not.
                .unsafeFlags(["-use-ld=lld", "-no-toolchain-stdlib-rpath", "-Xlinker", "--as-needed"]),
                .unsafeFlags(["-Xlinker", "--version-script=\(map)"]),
                .unsafeFlags(["-Xlinker", "-z", "-Xlinker", "now", "-Xlinker", "-z", "-Xlinker", "nodelete"]),
            ]
        ),
        .testTarget(
            name: "\(plugin.module)Tests",
            dependencies: [.target(name: plugin.module), "FakeHost", "RemoteScript", kit] + plugin.shares
        ),
    ]
}

let houseRules: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .strictMemorySafety(),  // SE-0458
    .enableUpcomingFeature("ExistentialAny"),  // SE-0335
    .enableUpcomingFeature("InternalImportsByDefault"),  // SE-0409
    .enableUpcomingFeature("MemberImportVisibility"),  // SE-0444
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),  // SE-0461
    .enableUpcomingFeature("InferIsolatedConformances"),  // SE-0470
    .enableUpcomingFeature("ImmutableWeakCaptures"),  // SE-0481
]

for target in package.targets where !["COpenBeneath", "CPasswords", "CProgram"].contains(target.name) {
    target.swiftSettings = houseRules
    // It plays the server's side of a contract in C: all of it would be marked, so the marks would say nothing.
    if target.name == "FakeHost" { target.swiftSettings?.remove(at: 2) }
}
