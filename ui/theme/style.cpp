// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/theme/style.h"

#include "ui/theme/shapes.h"
#include "ui/theme/theme.h"
#include "ui/widgets/keycap.h"

#include <QAbstractItemView>
#include <QAbstractSpinBox>
#include <QComboBox>
#include <QLineEdit>
#include <QMenu>
#include <QPainter>
#include <QPushButton>
#include <QScrollBar>
#include <QStyleOption>
#include <QTabBar>
#include <QToolButton>

using namespace Qt::StringLiterals;

namespace escalite::ui {

namespace {

constexpr const char *MarkProperty = "fieldMark";

/// Heights grow with the font, never below those of ui.md 9.
int atLeast(int height, const QStyleOption *option)
{
    return std::max(height, (option ? option->fontMetrics.height() : 0) + 8);
}

} // namespace

void markField(QWidget &control, FieldMark mark)
{
    if (fieldMark(&control) == mark)
        return;
    control.setProperty(MarkProperty, static_cast<int>(mark));
    control.update();
}

FieldMark fieldMark(const QWidget *control)
{
    return control ? static_cast<FieldMark>(control->property(MarkProperty).toInt()) : FieldMark::None;
}

void strokeField(QPainter &painter, const QRect &rect, bool focused, FieldMark mark, const QColor &plain)
{
    const Theme &theme = Theme::current();
    const QColor line = mark == FieldMark::Wrong ? theme.errorFill
                        : mark == FieldMark::Odd ? theme.warningFill
                        : focused                ? theme.focusRing
                                                 : plain;
    strokeBox(painter, rect, line);
    if (focused || mark == FieldMark::Wrong)
        strokeBox(painter, rect.adjusted(1, 1, -1, -1), line, 2);
}

Style::Style() : QProxyStyle(u"Fusion"_s) {}

void Style::polish(QWidget *widget)
{
    QProxyStyle::polish(widget);
    if (qobject_cast<QPushButton *>(widget) || qobject_cast<QToolButton *>(widget) || qobject_cast<QComboBox *>(widget)
        || qobject_cast<QScrollBar *>(widget) || qobject_cast<QAbstractSpinBox *>(widget)
        || qobject_cast<QTabBar *>(widget))
        widget->setAttribute(Qt::WA_Hover);
}

void Style::drawPrimitive(PrimitiveElement element, const QStyleOption *option, QPainter *painter,
                          const QWidget *widget) const
{
    const Theme &theme = Theme::current();
    const bool enabled = option->state.testFlag(State_Enabled);
    const bool focused = option->state.testFlag(State_HasFocus);
    const auto chevron = [&](const QString &name) {
        const qreal side = std::min({12, option->rect.width(), option->rect.height()});
        QRectF box(0, 0, side, side);
        box.moveCenter(QRectF(option->rect).center());
        paintIcon(*painter, box, name, enabled ? theme.text2 : theme.control);
    };
    switch (element) {
    case PE_PanelButtonCommand:
        drawPushButton(option, *painter);
        return;
    case PE_PanelButtonTool: {
        const bool down = option->state.testFlag(State_Sunken);
        const bool on = option->state.testFlag(State_On);
        const bool hover = enabled && option->state.testFlag(State_MouseOver);
        if (on || down)
            fillBox(*painter, option->rect, theme.toggled, on ? theme.buttonBorder : theme.toggled);
        else if (hover)
            fillBox(*painter, option->rect, theme.raised, theme.raised);
        if (focused && option->state.testFlag(State_KeyboardFocusChange))
            strokeBox(*painter, option->rect, theme.focusRing);
        return;
    }
    case PE_FrameLineEdit:
        strokeField(*painter, option->rect, focused, fieldMark(widget), enabled ? theme.fieldBorder : theme.border);
        return;
    case PE_PanelLineEdit: {
        const auto *frame = qstyleoption_cast<const QStyleOptionFrame *>(option);
        if (frame && frame->lineWidth > 0) {
            fillBox(*painter, option->rect, enabled ? theme.field : theme.window, Qt::transparent);
            proxy()->drawPrimitive(PE_FrameLineEdit, option, painter, widget);
        }
        return;
    }
    case PE_Frame: {
        const auto *frame = qstyleoption_cast<const QStyleOptionFrame *>(option);
        if (frame && frame->lineWidth > 0)
            strokeBox(*painter, option->rect, focused ? theme.focusRing : theme.border, 0);
        return;
    }
    case PE_FrameGroupBox:
        strokeBox(*painter, option->rect, theme.border);
        return;
    case PE_FrameTabWidget:
    case PE_FrameStatusBarItem:
    case PE_PanelStatusBar:
    case PE_PanelMenuBar:
    case PE_FrameButtonBevel:
    case PE_FrameDefaultButton:
        return;
    case PE_FrameTabBarBase:
        painter->fillRect(QRect(option->rect.left(), option->rect.bottom(), option->rect.width(), 1), theme.border);
        return;
    case PE_FrameMenu:
        strokeBox(*painter, option->rect, theme.border, 0);
        return;
    case PE_PanelMenu:
        painter->fillRect(option->rect, theme.raised);
        return;
    case PE_PanelTipLabel:
        painter->fillRect(option->rect, theme.raised);
        strokeBox(*painter, option->rect, theme.border, 0);
        return;
    case PE_FrameFocusRect:
        strokeBox(*painter, option->rect, theme.focusRing);
        return;
    case PE_IndicatorCheckBox:
    case PE_IndicatorItemViewItemCheck: {
        const bool on = option->state.testFlag(State_On) || option->state.testFlag(State_NoChange);
        const QColor fill = !enabled ? theme.window : on ? theme.accentFill : theme.field;
        fillBox(*painter, option->rect, fill, !enabled ? theme.border : on ? theme.accentFill : theme.control, 2);
        if (on)
            paintIcon(*painter, QRectF(option->rect).adjusted(1, 1, -1, -1),
                      option->state.testFlag(State_On) ? u"check"_s : u"minus"_s,
                      enabled ? theme.accentFillText : theme.control);
        return;
    }
    case PE_IndicatorRadioButton: {
        const bool on = option->state.testFlag(State_On);
        const QRectF ring = QRectF(option->rect).adjusted(.5, .5, -.5, -.5);
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setBrush(enabled ? theme.field : theme.window);
        painter->setPen(QPen(!enabled ? theme.border : on ? theme.focusRing : theme.control, on ? 1.5 : 1));
        painter->drawEllipse(ring);
        if (on) {
            painter->setPen(Qt::NoPen);
            painter->setBrush(enabled ? theme.focusRing : theme.control);
            painter->drawEllipse(ring.center(), 3.2, 3.2);
        }
        painter->restore();
        return;
    }
    case PE_IndicatorArrowUp:
    case PE_IndicatorSpinUp:
        chevron(u"chevron-up"_s);
        return;
    case PE_IndicatorArrowDown:
    case PE_IndicatorSpinDown:
        chevron(u"chevron-down"_s);
        return;
    case PE_IndicatorArrowLeft:
        chevron(u"chevron-left"_s);
        return;
    case PE_IndicatorArrowRight:
        chevron(u"chevron-right"_s);
        return;
    case PE_IndicatorHeaderArrow: {
        const auto *header = qstyleoption_cast<const QStyleOptionHeader *>(option);
        // Qt says "down" for ascending; the arrow here points to where the greater values are going.
        chevron(header && header->sortIndicator == QStyleOptionHeader::SortUp ? u"chevron-down"_s : u"chevron-up"_s);
        return;
    }
    case PE_IndicatorBranch:
        if (option->state.testFlag(State_Children))
            chevron(option->state.testFlag(State_Open) ? u"chevron-down"_s : u"chevron-right"_s);
        return;
    case PE_PanelItemViewRow:
        return;
    case PE_PanelItemViewItem: {
        const auto *item = qstyleoption_cast<const QStyleOptionViewItem *>(option);
        if (!item)
            return;
        if (item->backgroundBrush.style() != Qt::NoBrush)
            painter->fillRect(item->rect, item->backgroundBrush);
        if (item->state.testFlag(State_Selected))
            painter->fillRect(item->rect, item->state.testFlag(State_Active) ? theme.selection : theme.toggled);
        else if (item->state.testFlag(State_MouseOver) && widget && !qobject_cast<const QAbstractItemView *>(widget))
            painter->fillRect(item->rect, theme.toggled);
        return;
    }
    case PE_IndicatorToolBarSeparator: {
        const QRect r = option->rect;
        painter->fillRect(QRect(r.center().x(), r.top() + 4, 1, r.height() - 8), theme.border);
        return;
    }
    default:
        QProxyStyle::drawPrimitive(element, option, painter, widget);
    }
}

QSize Style::sizeFromContents(ContentsType type, const QStyleOption *option, const QSize &contents,
                              const QWidget *widget) const
{
    switch (type) {
    case CT_PushButton: {
        const auto *button = qstyleoption_cast<const QStyleOptionButton *>(option);
        if (!button)
            break;
        int width =
            24 + (button->text.isEmpty() ? 0 : button->fontMetrics.size(Qt::TextShowMnemonic, button->text).width());
        if (!button->icon.isNull())
            width += button->text.isEmpty() ? button->iconSize.width() - 12 : button->iconSize.width() + 6;
        if (button->features.testFlag(QStyleOptionButton::HasMenu))
            width += 18;
        if (const QString keys = shownKeys(widget); !keys.isEmpty())
            width += KeysGap + keycapWidth(keys);
        return {width, atLeast(28, option)};
    }
    case CT_ToolButton: {
        const auto *button = qstyleoption_cast<const QStyleOptionToolButton *>(option);
        if (!button)
            break;
        const bool words = button->toolButtonStyle != Qt::ToolButtonIconOnly && !button->text.isEmpty();
        int width = 12;
        if (!button->icon.isNull() && button->toolButtonStyle != Qt::ToolButtonTextOnly)
            width += button->iconSize.width();
        if (words)
            width += button->fontMetrics.size(Qt::TextShowMnemonic, button->text).width()
                     + (button->icon.isNull() ? 0 : 8) + 4;
        if (button->features.testFlag(QStyleOptionToolButton::HasMenu))
            width += 18;
        return {std::max(width, 28), atLeast(28, option)};
    }
    case CT_LineEdit:
    case CT_SpinBox:
        return {QProxyStyle::sizeFromContents(type, option, contents, widget).width(), atLeast(28, option)};
    case CT_ComboBox:
        return {contents.width() + 42, atLeast(28, option)};
    case CT_TabBarTab: {
        const auto *tab = qstyleoption_cast<const QStyleOptionTab *>(option);
        const int icon = tab && !tab->icon.isNull() ? tab->iconSize.width() + 8 : 0;
        const int text = tab ? tab->fontMetrics.size(Qt::TextShowMnemonic, tab->text).width() : contents.width();
        return {text + icon + 28, atLeast(29, option)};
    }
    case CT_HeaderSection:
        return {QProxyStyle::sizeFromContents(type, option, contents, widget).width(), 25};
    case CT_MenuBarItem:
        return {contents.width() + 18, atLeast(26, option)};
    case CT_MenuItem: {
        const auto *item = qstyleoption_cast<const QStyleOptionMenuItem *>(option);
        if (!item)
            break;
        if (item->menuItemType == QStyleOptionMenuItem::Separator)
            return {contents.width(), 9};
        const bool shortcut = item->text.contains('\t'_L1);
        return {contents.width() + 36 + 20 + (shortcut ? 28 : 0), atLeast(26, option)};
    }
    case CT_ItemViewItem: {
        const QSize size = QProxyStyle::sizeFromContents(type, option, contents, widget);
        return {size.width(), atLeast(24, option)};
    }
    default:
        break;
    }
    return QProxyStyle::sizeFromContents(type, option, contents, widget);
}

int Style::pixelMetric(PixelMetric metric, const QStyleOption *option, const QWidget *widget) const
{
    switch (metric) {
    case PM_ScrollBarExtent:
        return 12;
    case PM_ScrollBarSliderMin:
        return 28;
    case PM_ScrollView_ScrollBarSpacing:
        return 0;
    case PM_SplitterWidth:
        return 1;
    case PM_ToolBarFrameWidth:
        return 0;
    case PM_ToolBarItemMargin:
        return 6;
    case PM_ToolBarItemSpacing:
        return 4;
    case PM_ToolBarSeparatorExtent:
        return 13;
    case PM_ToolBarIconSize:
    case PM_ButtonIconSize:
    case PM_SmallIconSize:
    case PM_TabBarIconSize:
        return 16;
    case PM_HeaderMargin:
        return 8;
    case PM_HeaderMarkSize:
        return 12;
    case PM_IndicatorWidth:
    case PM_IndicatorHeight:
    case PM_ExclusiveIndicatorWidth:
    case PM_ExclusiveIndicatorHeight:
        return 14;
    case PM_CheckBoxLabelSpacing:
    case PM_RadioButtonLabelSpacing:
        return 8;
    case PM_DefaultFrameWidth:
    case PM_SpinBoxFrameWidth:
        return 1;
    case PM_ButtonShiftHorizontal:
    case PM_ButtonShiftVertical:
    case PM_TabBarTabShiftVertical:
    case PM_TabBarTabShiftHorizontal:
    case PM_TabBarTabOverlap:
    case PM_TabBarBaseOverlap:
    case PM_MenuBarItemSpacing:
    case PM_MenuBarPanelWidth:
    case PM_MenuBarHMargin:
    case PM_MenuBarVMargin:
        return 0;
    case PM_MenuPanelWidth:
        return 1;
    case PM_MenuVMargin:
        return 4;
    case PM_MenuHMargin:
        return 0;
    case PM_ToolTipLabelFrameWidth:
        return 5;
    case PM_LayoutHorizontalSpacing:
    case PM_LayoutVerticalSpacing:
        return 8;
    default:
        return QProxyStyle::pixelMetric(metric, option, widget);
    }
}

int Style::styleHint(StyleHint hint, const QStyleOption *option, const QWidget *widget, QStyleHintReturn *data) const
{
    switch (hint) {
    case SH_EtchDisabledText:
    case SH_DialogButtonBox_ButtonsHaveIcons:
    case SH_ScrollBar_LeftClickAbsolutePosition:
    case SH_ComboBox_Popup:
    case SH_Widget_Animation_Duration:
    case SH_ScrollView_FrameOnlyAroundContents:
    case SH_TabBar_ElideMode:
        return 0;
    case SH_UnderlineShortcut:
    case SH_ItemView_ShowDecorationSelected:
    case SH_ItemView_ChangeHighlightOnFocus:
        return 1;
    case SH_ItemView_ActivateItemOnSingleClick:
        return 0;
    case SH_ToolTip_WakeUpDelay:
        return 500;
    case SH_TabBar_Alignment:
        return Qt::AlignLeft;
    case SH_ToolTipLabel_Opacity:
        return 255;
    default:
        return QProxyStyle::styleHint(hint, option, widget, data);
    }
}

} // namespace escalite::ui
