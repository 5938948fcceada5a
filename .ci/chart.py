"""Lints the Helm chart, renders it with each file of its ci/, and validates the manifests against Kubernetes' schemas."""

import pathlib
import sys
import tomllib

import helm_python as helm
import kubernetes_validate
import yaml

# The oldest version that Chart.yaml allows, and the newest one with a schema here.
KUBERNETES_VERSIONS = ["1.27", kubernetes_validate.latest_version()]
# Custom resources, which have no schema there.
CUSTOM_RESOURCES = {"ServiceMonitor"}

# Values that must be refused, with a word of the reason.
REFUSED = [
    ({}, "existingSecret"),
    ({"existingSecret": "s", "replicas": 3}, "replicas"),
    ({"existingSecret": "s", "workers": 0}, "workers"),
    ({"existingSecret": "s", "settings": {"BETTER_AUTH_SECRET": "x"}}, "settings"),
    ({"existingSecret": "s", "settings": {"PORT": "80"}}, "settings.PORT"),
    ({"existingSecret": "s", "ingress": {"enabled": True}}, "ingress.hosts"),
    ({"existingSecret": "s", "metrics": {"port": 8000}}, "port"),
]


def main(path: pathlib.Path) -> None:
    with helm.Chart.load(path) as chart:
        for values_file in sorted(path.glob("ci/*-values.yaml")):
            values = yaml.safe_load(values_file.read_text())
            lint(path, values)
            manifests = render(chart, values)
            validate(manifests)
            check_pods(manifests)
            check_shutdown(manifests)
            check_selectors(manifests)
            print(f"{values_file.name}: {len(manifests)} manifests are valid")
        for values, reason in REFUSED:
            check_refused(chart, values, reason)
        check_documentation(path, chart)
        check_version(path)
    print(f"Helm {helm.helm_sdk_version()}, Kubernetes {' and '.join(KUBERNETES_VERSIONS)}")


def lint(path: pathlib.Path, values: dict) -> None:
    report = helm.lint(path, values, strict=True)
    found = [message for message in report["messages"] if message["severity"] > 1]
    assert not found and not report["errors"], report


def render(chart: helm.Chart, values: dict) -> list[dict]:
    chart.validate_schema(values)
    files = chart.render(values, name="release", namespace="tasks")
    texts = [text for name, text in files.items() if name.endswith(".yaml")]
    return [manifest for text in texts for manifest in yaml.safe_load_all(text) if manifest]


def validate(manifests: list[dict]) -> None:
    for manifest in manifests:
        if manifest["kind"] not in CUSTOM_RESOURCES:
            for version in KUBERNETES_VERSIONS:
                kubernetes_validate.validate(manifest, version, strict=True)


def pod_spec(manifest: dict) -> dict | None:
    """Returns the pod of a manifest with its labels."""
    if manifest["kind"] == "Pod":
        return manifest
    return manifest["spec"]["template"] if manifest["kind"] in {"Deployment", "Job"} else None


def check_pods(manifests: list[dict]) -> None:
    """Every pod meets the restricted Pod Security Standard, and has a read-only root and no token of the Kubernetes API."""
    pods = [pod for pod in map(pod_spec, manifests) if pod]
    assert len(pods) >= 2, manifests
    for pod in pods:
        spec = pod["spec"]
        assert spec["automountServiceAccountToken"] is False
        assert spec["securityContext"]["runAsNonRoot"] is True
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        for container in spec["containers"]:
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }
            assert "memory" in container["resources"]["limits"]


def check_shutdown(manifests: list[dict]) -> None:
    """Kubernetes waits longer than the service takes to stop."""
    [deployment] = [manifest for manifest in manifests if manifest["kind"] == "Deployment"]
    spec = deployment["spec"]["template"]["spec"]
    settings = {variable["name"]: variable["value"] for variable in spec["containers"][0]["env"]}
    seconds = [int(settings[name].removesuffix("s")) for name in ("SHUTDOWN_DELAY", "SHUTDOWN_TIMEOUT")]
    assert spec["terminationGracePeriodSeconds"] > sum(seconds) + 5, "5 s is for waiting mail"


def check_selectors(manifests: list[dict]) -> None:
    """Services, policies and budgets select the pods of the Deployment only."""
    pods = {manifest["kind"]: pod_spec(manifest)["metadata"]["labels"] for manifest in manifests if pod_spec(manifest)}
    for manifest in manifests:
        spec = manifest.get("spec", {})
        selector = spec.get("podSelector") or spec.get("selector") if manifest["kind"] != "ServiceMonitor" else None
        if selector:
            labels = selector.get("matchLabels", selector).items()
            selected = [kind for kind, pod in pods.items() if labels <= pod.items()]
            assert selected == ["Deployment"], (manifest["kind"], selected)


def check_refused(chart: helm.Chart, values: dict, reason: str) -> None:
    try:
        render(chart, values)
    except helm.HelmError as error:
        assert reason in str(error), error
    else:
        raise AssertionError(f"accepted: {values}")


def check_documentation(path: pathlib.Path, chart: helm.Chart) -> None:
    readme = (path / "README.md").read_text()
    missing = [name for name in chart.values if f"`{name}" not in readme]
    assert not missing, f"README.md does not describe {missing}"


def check_version(path: pathlib.Path) -> None:
    """The chart installs, and the image is labelled with, the version of the service."""
    version = tomllib.loads(pathlib.Path("Cargo.toml").read_text())["workspace"]["package"]["version"]
    assert yaml.safe_load((path / "Chart.yaml").read_text())["appVersion"] == version
    assert f"ARG VERSION={version}\n" in pathlib.Path("Dockerfile").read_text()


main(pathlib.Path(sys.argv[1]))
